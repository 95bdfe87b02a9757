package kubectl

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// fakeSSH makes ssh a shell script, and returns its directory.
func fakeSSH(t *testing.T, script string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("no shell")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ssh"), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	t.Setenv(sshVariable, "")
	return dir
}

// called returns what a fake ssh wrote into a file of its directory.
func called(t *testing.T, dir string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "called"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

// TestSSHLate: an ssh that hangs, and one that has left its streams to another
// process, does not make the call wait for longer than it is to.
func TestSSHLate(t *testing.T) {
	for name, script := range map[string]string{
		"hangs":              "exec sleep 12",
		"does not listen":    "trap '' TERM; sleep 12; sleep 12",
		"leaves its streams": "sleep 12 & exit 255",
	} {
		t.Run(name, func(t *testing.T) {
			fakeSSH(t, script)
			c := newCaller(t)
			late := errors.New("too late")
			ctx, cancel := context.WithTimeoutCause(t.Context(), 200*time.Millisecond, late)
			defer cancel()
			within(t, 8*time.Second, "overSSH", func() {
				if _, err := c.overSSH(ctx, "n1"); !errors.Is(err, late) {
					t.Errorf("overSSH: %v", err)
				}
			})
		})
	}
}

// TestSSHClose: the same at the end of a session.
func TestSSHClose(t *testing.T) {
	fakeSSH(t, "exec sleep 12")
	l, _, err := startSSH(t.Context(), "n1")
	if err != nil {
		t.Fatal(err)
	}
	within(t, 8*time.Second, "the closing", l.close)
}

// TestSSHIgnoresKeys: what a terminal sends to its foreground leaves ssh alone.
func TestSSHIgnoresKeys(t *testing.T) {
	fakeSSH(t, "kill -INT $$; kill -QUIT $$; kill -HUP $$; echo alive")
	said, err := sendSSH(t.Context(), newCaller(t).stdin, "n1")
	if said != "alive" || err != nil {
		t.Errorf("%q, %v", said, err)
	}
}

// TestSSHNode: no name of a node is an option of ssh's.
func TestSSHNode(t *testing.T) {
	dir := fakeSSH(t, `echo "$*" >"${0%/*}/called"`)
	c := newCaller(t)
	c.options.archive, c.options.nodeBinary = filepath.Join(dir, "ssh"), filepath.Join(dir, "ssh")
	const node = "-oProxyCommand=false"
	_, err := c.overSSH(t.Context(), node)
	for _, err := range []error{err, c.importArchive(t.Context(), node)} {
		if err == nil || !strings.Contains(err.Error(), `"`+node+`" is no host`) {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "called")); err == nil {
		t.Errorf("called: %q", called(t, dir))
	}
}
