package kubectl

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// detached: what ends this process by its console leaves a guard.
func detached() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.DETACHED_PROCESS | windows.CREATE_NEW_PROCESS_GROUP}
}
