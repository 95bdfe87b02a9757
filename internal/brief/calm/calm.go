// Package calm calms the monitor of Go's runtime as soon as system calls can be
// made. Package brief, which does not wait for that, cannot do it.
package calm

import "github.com/sidestep-dev/sidestep/internal/monitor"

func init() { _ = monitor.Calm() } // a caller that may not has a slower command
