package errors

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func TestReference(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		f.fail(t, "nosuch", "", "exec", "nosuch", "true")
		f.fail(t, "empty", "", "exec", "", "true")
		for _, bad := range []string{"docker://", "containerd://", "pod/", "pod/a/b/c/d", "pid:", "pid:0", "pid:-1", "pid:x", "pid:99999999999999999999"} {
			f.fail(t, "", "", "exec", bad, "true")
		}
		f.fail(t, "4194303", "", "exec", "pid:4194303", "true")
		f.fail(t, "nosuch", "", "pid", "nosuch")
		f.fail(t, "nosuch", "", "ns", "nosuch")
		f.fail(t, f.c.ID, "", "--namespace", "other", "exec", f.c.ID, "true")
	})
}

// TestQuoted: what the user typed cannot draw on the terminal.
func TestQuoted(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		r := f.bed.Sidestep(t, "exec", "no\x1b[31m\nsidestep: hint: such", "true")
		f.failed(t, r, "", "")
		if strings.ContainsAny(r.Stderr, "\x1b") {
			t.Errorf("escape codes in %q", r.Stderr)
		}
	})
}

func TestAmbiguous(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		prefix := f.c.ID[:len(f.c.ID)-1] + "-twin"
		one := f.bed.Run(t, testbed.Container{ID: prefix + "-1"})
		two := f.bed.Run(t, testbed.Container{ID: prefix + "-2", Namespace: "k8s.io"})
		r := f.bed.Sidestep(t, "exec", prefix, "touch", marker)
		f.failed(t, r, prefix, "")
		for _, c := range []*testbed.Container{one, two} {
			if !strings.Contains(r.Stderr, c.ID) {
				t.Errorf("candidate %s is not listed:\n%s", c.ID, r.Stderr)
			}
		}
		testbed.Equal(t, "in one namespace", f.bed.Output(t, "-n", "k8s.io", "pid", prefix), fmt.Sprint(two.PID))
		testbed.Equal(t, "by the whole ID", f.bed.Output(t, "pid", one.ID), fmt.Sprint(one.PID))
	})
}

// TestSameIDTwice: one ID in two containerd namespaces.
func TestSameIDTwice(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		twin := f.bed.Run(t, testbed.Container{ID: f.c.ID, Namespace: "other"})
		f.fail(t, f.c.ID, "", f.exec()...)
		testbed.Equal(t, "with -n", f.bed.Output(t, "-n", "other", "pid", twin.ID), fmt.Sprint(twin.PID))
	})
}
