//go:build !windows

package kubectl

import "syscall"

// detached: what ends this process by its terminal or its group leaves a guard.
func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
