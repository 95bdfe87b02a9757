package doctor

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestRuntimeBinary: runc is removed, and replaced by what is no runtime.
func TestRuntimeBinary(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		runc := filepath.Join(bed.Dir, "runtimes", "runc") // not the bed's, which is a link to the host's
		copyRunc(t, runc)
		c := bed.Run(t, testbed.Container{Flags: []string{"--runc-binary", runc}})
		diagnose(t, bed, c.ID).expect(t, "healthy")
		for name, test := range map[string]struct {
			script, evidence string
			mode             os.FileMode
		}{
			"removed":        {"", "does not exist", 0},
			"not executable": {"#!/bin/sh\n", "is not an executable file", 0o644},
			"false":          {"#!/bin/sh\necho broken >&2\nexit 1\n", `exit status 1: "broken"`, 0o755},
			"true":           {"#!/bin/sh\n", "prints nothing", 0o755},
			"hangs":          {"#!/bin/sh\nsleep 86400\n", "has not ended", 0o755},
			"hangs in ^C":    {"#!/bin/sh\ntrap '' INT TERM\nsleep 86400 &\nwait\n", "has not ended", 0o755},
			"no program":     {"\x7fELF", "exec format error", 0o755},
			"talks for ever": {"#!/bin/sh\nwhile :; do echo y; done\n", "has not ended", 0o755},
		} {
			t.Run(name, func(t *testing.T) {
				if err := os.Remove(runc); err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
				if test.mode != 0 {
					testbed.WriteFile(t, runc, test.script, test.mode)
				}
				r := diagnose(t, bed, c.ID)
				testbed.Equal(t, "verdict", r.Verdict, "degraded")
				testbed.Equal(t, "what is wrong", strings.Join(r.with("fail", "warn"), " "), "runtime.binary")
				r.evidence(t, "runtime.binary", test.evidence)
				diagnose(t, bed).evidence(t, "runtime.binary", "")
			})
		}
		left := testbed.Run(t, exec.Command("pgrep", "-f", runc)).Stdout
		testbed.Equal(t, "left of the runtimes", left, "")
		_ = os.Remove(runc) // the bed's clean-up needs one that works
		copyRunc(t, runc)
	})
}

func copyRunc(t *testing.T, to string) {
	t.Helper()
	data, err := os.ReadFile("/usr/sbin/runc")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755) // never through a link
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestRuntimeState: what runc has recorded is gone, damaged, or of an earlier
// process.
func TestRuntimeState(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		file := filepath.Join("/run/containerd/runc/default", c.ID, "state.json")
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		whole := string(data)
		t.Cleanup(func() { testbed.WriteFile(t, file, whole, 0o600) })
		pid := fmt.Sprintf(`"init_process_pid":%d`, c.PID)
		start := whole[strings.Index(whole, `"init_process_start":`):]
		start = start[:strings.Index(start, ",")]
		for name, test := range map[string]struct{ content, evidence string }{
			"removed":        {"", "has no state"},
			"truncated":      {whole[:len(whole)/2], "cannot be used"},
			"empty":          {" ", "cannot be used"},
			"garbage":        {"\x00\x01\x02", "cannot be used"},
			"another PID":    {strings.Replace(whole, pid, `"init_process_pid":1`, 1), "names PID 1, but the container is"},
			"an earlier one": {strings.Replace(whole, start, `"init_process_start":7`, 1), "earlier process"},
		} {
			t.Run(name, func(t *testing.T) {
				if test.content == "" {
					if err := os.Remove(file); err != nil {
						t.Fatal(err)
					}
				} else {
					testbed.WriteFile(t, file, test.content, 0o600)
				}
				r := diagnose(t, bed, c.ID)
				want := []string{"runtime.state"}
				if name == "another PID" {
					want = append(want, "pid.sources")
				}
				r.expect(t, "degraded", want...)
				r.evidence(t, "runtime.state", test.evidence)
			})
		}
	})
}

// TestBundle: what containerd needs to find the container after a restart.
func TestBundle(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		dir := filepath.Join(bed.Dir, "state/io.containerd.runtime.v2.task/default", c.ID)
		testbed.WriteFile(t, filepath.Join(dir, "config.json"), "{", 0o600)
		r := diagnose(t, bed, c.ID)
		r.expect(t, "degraded", "bundle")
		r.evidence(t, "bundle", "config.json")
	})
}
