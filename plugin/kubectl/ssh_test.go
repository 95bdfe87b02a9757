package kubectl

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
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

// TestSSHFails: what ssh says of its own files does not mean that the node has
// no sidestep.
func TestSSHFails(t *testing.T) {
	fakeSSH(t, `echo 'Warning: Identity file /home/me/.ssh/sidestep not accessible: No such file or directory.' >&2
		echo 'me@n1: Permission denied (publickey).' >&2; exit 255`)
	c := newCaller(t)
	_, err := c.overSSH(t.Context(), "n1")
	f := explain(err)
	if !strings.HasPrefix(f.Error(), "ssh n1: ") || !slices.Contains(f.detail, "me@n1: Permission denied (publickey).") ||
		!strings.Contains(f.hint, "ssh n1 sudo -n sidestep version") {
		t.Errorf("%v; detail %q, hint %q", err, f.detail, f.hint)
	}
}

func TestSaysMissing(t *testing.T) {
	for line, want := range map[string]bool{
		"sudo: sidestep: command not found":                                                     true,
		"sudo: 'sidestep': command not found":                                                   true,
		"bash: line 1: sidestep: command not found":                                             true,
		"sh: 1: exec: sidestep: not found\r":                                                    true,
		"sidestep: No such file or directory":                                                   true,
		"sudo: /usr/local/bin/sidestep: command not found":                                      false, // another
		"sh: 1: sudo: not found":                                                                false,
		"Can't open user config file /home/me/.ssh/sidestep: No such file or directory":         false,
		"Warning: Identity file /x/sidestep not accessible: No such file or directory.":         false,
		"sidestep: error: no container \"x\" was found: /run/x: no such file or directory here": false,
	} {
		if got := saysMissing(line, "sidestep"); got != want {
			t.Errorf("%q: %t", line, got)
		}
	}
	if !saysMissing("sudo: /usr/local/bin/sidestep: command not found", installed) {
		t.Error("the installed one")
	}
}

// keyboard makes a terminal the caller's stdin, and returns its other side.
func (c *caller) keyboard(t *testing.T) *os.File {
	t.Helper()
	keys, tty, err := pty.Open()
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		keys.Close()
		tty.Close()
	})
	c.stdin = tty
	return keys
}

// TestSSHCopies: sudo may look for a program in fewer places than the one where
// the copy is. That is looked at before anybody is asked, and is called after.
func TestSSHCopies(t *testing.T) {
	dir := fakeSSH(t, `cd "${0%/*}"; echo "$3" >>called
		case $3 in
		*install*) cat >copied;;
		*/usr/local/bin/sidestep*) [ -e copied ] || { echo 'sudo: /usr/local/bin/sidestep: command not found' >&2; exit 1; }; echo 'it answers' >&2; exit 1;;
		*) echo 'sudo: sidestep: command not found' >&2; exit 1;;
		esac`)
	c := newCaller(t)
	c.options.nodeBinary = filepath.Join(dir, "ssh")
	if _, err := c.keyboard(t).WriteString("y\n"); err != nil {
		t.Fatal(err)
	}
	_, err := c.overSSH(t.Context(), "n1")
	if f := explain(err); !slices.Equal(f.detail, []string{"it answers"}) {
		t.Errorf("%v; detail %q", err, f.detail)
	}
	want := []string{
		"sudo -n sidestep serve --stdio", "sudo -n /usr/local/bin/sidestep serve --stdio",
		"sudo -n install -m 755 /dev/stdin /usr/local/bin/sidestep", "sudo -n /usr/local/bin/sidestep serve --stdio",
	}
	if got := called(t, dir); !slices.Equal(got, want) {
		t.Errorf("called: %q", got)
	}
	if strings.Count(c.err.String(), "[y/N]") != 1 {
		t.Errorf("said %q", c.err.String())
	}
}

// TestSSHQuestionInterrupted: ^C ends the question.
func TestSSHQuestionInterrupted(t *testing.T) {
	dir := fakeSSH(t, "echo 'sudo: sidestep: command not found' >&2; exit 1")
	c := newCaller(t)
	c.options.nodeBinary = filepath.Join(dir, "ssh")
	c.keyboard(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	time.AfterFunc(200*time.Millisecond, func() { cancel(&interrupted{os.Interrupt}) })
	within(t, 8*time.Second, "the question", func() {
		var cut *interrupted
		if err := c.copyBinary(ctx, "n1"); !errors.As(err, &cut) {
			t.Errorf("the question: %v", err)
		}
	})
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
