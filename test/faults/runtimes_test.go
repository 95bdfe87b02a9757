package faults

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func runtimeFaults() []fault {
	named := []string{"runtime.binary"}
	return []fault{
		{name: "runc replaced by `false`", inject: runcIs("#!/bin/sh\nexit 1\n"), named: named},
		{name: "runc hangs", inject: runcIs("#!/bin/sh\nexec sleep 4717\n"), named: named},
		{name: "runc removed", inject: runcIs(""), named: named},
	}
}

// runcIs has the link that the containers' runtime is called by lead to a
// script, or nowhere.
func runcIs(script string) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		real, err := os.Readlink(w.bed.Runc)
		if err != nil {
			t.Fatal(err)
		}
		broken := filepath.Join(w.bed.Dir, "runc.broken")
		if script != "" {
			testbed.WriteFile(t, broken, script, 0o755)
		}
		relink(t, w.bed.Runc, broken)
		t.Cleanup(func() {
			relink(t, w.bed.Runc, real)
			_ = os.Remove(broken)
			for range 5 { // some are only on their way
				w.killHanging(t)
				time.Sleep(100 * time.Millisecond)
			}
		})
	}
}

// killHanging kills the scripts that daemons wait for.
func (w *world) killHanging(t *testing.T) {
	t.Helper()
	for _, p := range w.bed.Own() {
		if p.State != 'Z' && (p.Args == "sleep 4717" || strings.HasPrefix(p.Args, "/bin/sh "+w.bed.Runc)) {
			testbed.Kill(t, p.PID)
		}
	}
}

func relink(t *testing.T, link, target string) {
	t.Helper()
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
}
