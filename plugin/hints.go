package plugin

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/sidestep-dev/sidestep/nsenter"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver"
)

// explain makes an error what the user is to see: it gives it a hint and an
// exit code. euid is the caller's effective user ID.
func explain(err error, euid int) *failure {
	var done *failure
	if errors.As(err, &done) {
		return done
	}
	f := &failure{err: err, code: exitFailed}
	var exec *nsenter.ExecError
	var ambiguous *resolver.AmbiguousError
	var output *stdoutError
	switch {
	case errors.As(err, &exec):
		f.hint, f.code = execHint(exec)
	case errors.As(err, &ambiguous):
		return ambiguity(ambiguous)
	case errors.As(err, &output):
		f.hint = "see where stdout goes, and whether there is room left"
	case euid != 0 && errors.Is(err, fs.ErrPermission):
		f.err, f.hint = notRoot(err), rootHint
	case euid != 0 && shownNothing(err):
		f.err, f.hint = errNotRoot, rootHint
	default:
		f.hint = firstHint(err, usageHint, ownHint, elsewhereHint, connectHint, resolverHint, prepareHint, enterHint)
	}
	if f.hint == "" {
		f.hint = "repeat it with --debug before the command to see how far it came"
	}
	return f
}

// firstHint returns the first hint that one of the tables has for err.
func firstHint(err error, tables ...func(error) string) string {
	for _, table := range tables {
		if hint := table(err); hint != "" {
			return hint
		}
	}
	return ""
}

func usageHint(err error) string {
	var usage *usageError
	var value *valueError
	switch {
	case errors.As(err, &usage):
		return usage.hint
	case errors.As(err, &value):
		return "see sidestep exec --help"
	}
	return ""
}

// elsewhereHint is for a container of another containerd than the user has named.
func elsewhereHint(err error) string {
	var unknown *resolver.UnknownStateError
	if !errors.As(err, &unknown) || unknown.Elsewhere == "" {
		return ""
	}
	return fmt.Sprintf("name that one, --address %s, or none: leave out --address and CONTAINERD_ADDRESS", unknown.Elsewhere)
}

// connectHint is for a containerd that could not be asked.
func connectHint(err error) string {
	var connect *resolver.ConnectError
	var notFound *resolver.NotFoundError
	var list *listError
	if errors.As(err, &notFound) || !errors.As(err, &connect) {
		return ""
	}
	switch connect.Kind {
	case resolver.NoSocket:
		return "is containerd installed and running? name its socket with -a SOCKET or CONTAINERD_ADDRESS"
	case resolver.NoListener:
		return "is containerd running? see sidestep doctor, or name another socket with -a SOCKET"
	case resolver.PermissionDenied:
		return "see who may open the socket: ls -l " + connect.Address
	case resolver.NotContainerd, resolver.NotSocket:
		return "name the socket of containerd with -a SOCKET; most often it is /run/containerd/containerd.sock"
	case resolver.NoAnswer:
		if errors.As(err, &list) {
			return "containerd hangs, and nothing that it left on this host shows a container: see sidestep doctor, or wait longer with --timeout 30s"
		}
		return "containerd hangs, and nothing that it left on this host names the container: see sidestep doctor, or wait longer with --timeout 30s"
	}
	return ""
}

// resolverHint is for a reference that leads to no process.
func resolverHint(err error) string {
	var (
		reference *resolver.ReferenceError
		notFound  *resolver.NotFoundError
		state     *resolver.StateError
		unknown   *resolver.UnknownStateError
		differ    *resolver.DisagreementError
		gone      *resolver.GoneError
		namespace *resolver.PIDNamespaceError
	)
	switch {
	case errors.Is(err, proc.ErrOtherProc):
		return "mount it (mount -t proc proc /proc), and run sidestep in the host's PID namespace"
	case errors.As(err, &namespace):
		return "run it on the host itself (nsenter -t 1 -p -m, where PID 1 is the host's), or in a pod with hostPID: true"
	case errors.As(err, &reference):
		return "CONTAINER is an ID, a name, pod/NAMESPACE/POD, containerd://ID, docker://ID, cri-o://ID or pid:N"
	case errors.As(err, &notFound) && notFound.Namespace != nil:
		return "name a namespace that there is with -n or CONTAINERD_NAMESPACE, or none to search all"
	case errors.As(err, &notFound) && isSilent(notFound):
		return "not every daemon answered: see sidestep ps -a for what was found, or wait longer with --timeout 30s"
	case errors.As(err, &notFound) && len(notFound.Unanswered) > 0:
		return "not every daemon answered; see sidestep ps -a, or name one socket with -a SOCKET"
	case errors.As(err, &notFound):
		return "see sidestep ps -a for what there is"
	case errors.As(err, &state) && state.State == resolver.Created:
		return "start it first: there is no process of the container to join yet"
	case errors.As(err, &state):
		return "start it first: a container that does not run has no namespaces to enter"
	case errors.As(err, &unknown):
		return "neither its daemon nor what it left on this host names its process: see sidestep doctor CONTAINER; if one runs (lsns -t pid), enter it with pid:N"
	case errors.As(err, &differ):
		return fmt.Sprintf("look at both (ps -fp %d,%d), and enter one with pid:N, or believe one with --source", differ.PIDs[0], differ.PIDs[1])
	case errors.As(err, &gone) && gone.Leader > 0:
		return fmt.Sprintf("name the process itself: pid:%d", gone.Leader)
	case errors.As(err, &gone) && gone.Parent > 0:
		return fmt.Sprintf("nothing is left of it to look at or enter; see its parent: ps -fp %d", gone.Parent)
	case errors.As(err, &gone) && gone.Container.ID == "":
		return "pid:N is a process of this host, as ps shows it: see sidestep ps for those of containers"
	case errors.As(err, &gone):
		return "it may have been restarted: try again"
	}
	return ""
}

// isSilent reports whether a containerd that did not answer in time may know what
// was not found.
func isSilent(err *resolver.NotFoundError) bool {
	var connect *resolver.ConnectError
	return errors.As(err, &connect) && connect.Kind == resolver.NoAnswer
}
