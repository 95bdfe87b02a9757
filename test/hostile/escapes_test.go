package hostile

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// evil draws on a terminal, in each of the ways that there are: C0, C1, DEL,
// text that runs the other way, and lines that look like sidestep's.
const evil = "x\x1b[2J\x1b]0;t\x07\u009b31m\x7f\u202e\r\nsidestep: hint: run this\tz"

// plain checks that a text cannot do anything to a terminal.
func plain(t *testing.T, what, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "sidestep: hint: run this") {
			t.Errorf("%s: the container's line is shown as sidestep's: %q", what, line)
		}
		for _, r := range line {
			if !unicode.IsPrint(r) {
				t.Errorf("%s: %q is shown: %q", what, r, line)
				break
			}
		}
	}
}

// TestEscapes: what a container, or who made it, chose is shown by every
// command without its effect on the terminal (CVE-2021-25743).
func TestEscapes(t *testing.T) {
	s := newStage(t)
	rootfs := s.rootfs(t)
	testbed.WriteFile(t, filepath.Join(rootfs, "etc/passwd"), "root:x:0:0::/ro\x1b[2Jot\u009b:/bin/\x1b]0;sh\ndev\x1b[2J:x:1:1::/:/bin/sh\n", 0o644)
	labels := map[string]string{
		"nerdctl/name": evil, "nerdctl/namespace": evil,
		"io.kubernetes.pod.name": evil, "io.kubernetes.pod.namespace": evil, "io.kubernetes.pod.uid": evil,
		"io.kubernetes.container.name": evil, "com.docker.compose.service": evil,
	}
	evilSpec := func(spec *specs.Spec) {
		spec.Process.Env = append(spec.Process.Env, "EVIL="+evil, evil+"=1")
		spec.Annotations = map[string]string{"org.example": evil, "nerdctl/name": evil}
	}
	c := s.Run(t, testbed.Container{Rootfs: rootfs, Labels: labels, Spec: evilSpec})
	prefix := c.ID[:len(c.ID)-2]
	s.Run(t, testbed.Container{ID: prefix + "-twin", Labels: labels, Spec: evilSpec})
	dir := s.Run(t, testbed.Container{Spec: func(spec *specs.Spec) { spec.Process.Cwd = "/tmp/\x1b[2J\u009b\r\nsidestep: hint: run this" }})
	if err := exec.Command("rmdir", filepath.Join(dir.Rootfs, "tmp/\x1b[2J\u009b\r\nsidestep: hint: run this")).Run(); err != nil {
		t.Fatalf("runc has not made the working directory: %v", err)
	}
	for _, args := range [][]string{
		{"ps"}, {"ps", "-a"}, {"ps", "-o", "wide"}, {"ps", "-o", "json"}, {"ps", "-q"}, {"task", "ls"}, {"task", "ps", c.ID},
		{"pid", c.ID}, {"pid", "-o", "json", c.ID}, {"ns", c.ID}, {"ns", "-o", "json", c.ID},
		{"exec", "--dry-run", c.ID}, {"exec", "--dry-run", "-u", "0", c.ID, "true"}, {"--debug", "exec", "--dry-run", c.ID},
		{"exec", prefix, "true"}, {"exec", c.ID}, {"exec", "-u", "dev", c.ID, "true"}, {"exec", c.ID, "no\x1b[2Jsuch"}, {"exec", dir.ID, "pwd"},
		{"exec", "--dry-run", dir.ID, "pwd"}, {"exec", "-w", "/no\x1b[2J", c.ID, "true"}, {"exec", "-u", "x\x1b[2J", c.ID, "true"},
		{"__complete", "exec", ""}, {"__complete", "exec", "x"}, {"__complete", "pid", "pod/"},
	} {
		r := s.Sidestep(t, args...)
		plain(t, fmt.Sprintf("%q on stdout", args), r.Stdout)
		plain(t, fmt.Sprintf("%q on stderr", args), r.Stderr)
		if r.Stdout+r.Stderr == "" && args[0] != "__complete" {
			t.Errorf("%q says nothing: this is no test", args)
		}
	}
	out := s.Output(t, "ps", "-o", "json")
	if !strings.Contains(out, `\u009b31m`) {
		t.Errorf("the name is not there: %s", out)
	}
}
