package nsenter

import "github.com/sidestep-dev/sidestep/nsenter/internal/sys"

// CalmMonitor makes this process, which runs one command, busy itself less with
// its own threads. What it starts is not affected. An error is no harm: it is
// slower then. CAP_SYS_NICE is needed.
func CalmMonitor() error { return sys.CalmMonitor() }
