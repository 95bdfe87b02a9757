package plugin

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver"
)

func TestNotRoot(t *testing.T) {
	for _, err := range []error{
		fmt.Errorf("pin process 1: %w", &fs.PathError{Op: "open", Path: "/proc/1/ns", Err: syscall.EACCES}),
		&nsenter.StepError{Step: "join the namespaces", Err: syscall.EPERM},
		fmt.Errorf("pin process 1: %w", proc.ErrHidden),
		&resolver.ConnectError{Address: "/s", Kind: resolver.PermissionDenied, Err: syscall.EACCES},
	} {
		f := explain(err, 1000)
		if !strings.HasPrefix(f.Error(), "sidestep: error: not root: ") || f.hint != "run it as root: sudo sidestep …" || f.code != 125 {
			t.Errorf("%v: %s", err, f)
		}
	}
	denied := func(address string) error {
		return &resolver.ConnectError{Address: address, Kind: resolver.PermissionDenied, Err: syscall.EACCES}
	}
	if f := explain(errors.Join(denied("/run/s"), denied("/var/run/s")), 1000); f.err.Error() != "not root: the sockets of containerd are root's alone" {
		t.Errorf("%v", f)
	}
	one := &resolver.ConnectError{Address: "/run/s", Kind: resolver.PermissionDenied, Err: fmt.Errorf("%w: %w", errors.New("dial"), syscall.EACCES)}
	if f := explain(one, 1000); !strings.Contains(f.Error(), "/run/s") {
		t.Errorf("%v", f)
	}
	silent := &resolver.ConnectError{Address: "/run/t", Kind: resolver.NoAnswer}
	if f := explain(fmt.Errorf("search: %w", errors.Join(silent, denied("/run/s"))), 1000); !strings.Contains(f.Error(), "/run/t") {
		t.Errorf("%v", f)
	}
	// The command's own file is the container's business.
	if f := explain(&nsenter.ExecError{Command: "x", Reason: "permission denied"}, 1000); f.code != 126 {
		t.Errorf("%v", f)
	}
}

// TestNotRootWithoutContainerd: who may read no files of containers, and asks no
// containerd, is not told that there is no such container.
func TestNotRootWithoutContainerd(t *testing.T) {
	none := &resolver.NotFoundError{Reference: reference(t, "web")}
	if f := explain(none, 1000); f.err != errNotRoot || f.hint != rootHint { //nolint:errorlint // the very same
		t.Errorf("%v", f)
	}
	if f := explain(none, 0); strings.Contains(f.Error(), "root") {
		t.Errorf("as root: %v", f)
	}
	none.Searched = []string{"docker at /run/docker.sock"}
	if f := explain(none, 1000); strings.Contains(f.Error(), "root") {
		t.Errorf("somebody was searched: %v", f)
	}
	for source, want := range map[string]bool{"": false, "proc": true, "runtime,proc": true, "proc,containerd": false} {
		if got := (globals{source: source}).seesNothing(1000); got != want {
			t.Errorf("--source %q: %t", source, got)
		}
	}
	if (globals{source: "proc"}).seesNothing(0) {
		t.Error("root sees nothing")
	}
}
