package plugin

import (
	"errors"
	"strings"
	"syscall"

	"github.com/sidestep-dev/sidestep/nsenter"
)

// ownHint is for what this process itself may not have or do, whatever it was for.
func ownHint(err error) string {
	var step *nsenter.StepError
	switch {
	case errors.Is(err, syscall.EMFILE):
		return "this process may open too few files, some 40 are needed: see ulimit -n and ulimit -Hn"
	case errors.Is(err, syscall.ENFILE):
		return "the host has as many open files as it may have: see /proc/sys/fs/file-nr"
	case errors.As(err, &step) && errors.Is(err, syscall.EPERM) && givesRights(step.Step):
		return "the caller lacks a capability that the command is to have, or CAP_SETUID, CAP_SETGID or CAP_SETPCAP: compare --dry-run with grep CapBnd /proc/self/status"
	}
	return ""
}

// givesRights reports whether a step gives the process its user, groups or
// capabilities.
func givesRights(step string) bool {
	return step == "set the user" || step == "set the group" || step == "set the supplementary groups" ||
		strings.HasSuffix(step, " the capabilities") || strings.HasSuffix(step, " the ambient capabilities")
}
