package differential

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// lookups are commands of which there are several, or that only some may
// execute. Each of the programs prints where it is.
var lookups = []struct {
	what    string
	path    string // PATH
	command string
	user    string
}{
	{"the first one", "/a:/b", "first", "0"},
	{"the second directory's", "/a:/b", "second", "0"},
	{"in a directory that is not there", "/none:/b", "first", "0"},
	{"not the one without execute bit", "/a:/b", "plain", "0"},
	{"not the directory", "/a:/b", "directory", "0"},
	{"not the dangling link", "/a:/b", "dangling", "0"},
	{"the one with a bad interpreter", "/a:/b", "bad", "0"},
	{"the one that is no program", "/a:/b", "text", "0"},
	{"with a slash at the end of a directory", "/a/:/b", "first", "0"},
	{"with empty elements", ":/a::/b:", "first", "0"},
	{"with a relative element", "none:/b", "first", "0"},
	{"by a path", "/none", "/b/first", "0"},
	{"by a path with dots", "/none", "/a/../b/./first", "0"},
	{"by a relative path", "/none", "b/first", "0"},
	{"by a path from here", "/none", "./b/first", "0"},
	{"root's file for a user with CAP_DAC_OVERRIDE", "/c", "/c/secret", "1000"},
	{"root's file in PATH for a user with CAP_DAC_OVERRIDE", "/c:/b", "secret", "1000"},
	{"in root's directory for a user with CAP_DAC_OVERRIDE", "/d:/b", "first", "1000"},
	{"a user's file for root", "/c", "/c/users", "0"},
	{"a user's file for the user", "/c", "/c/users", "1000"},
	{"in an empty PATH", "", "first", "0"},
}

// TestLookUp: sidestep executes the file that runc executes.
func TestLookUp(t *testing.T) {
	s := newSetting(t)
	root := rootfs(t, s)
	writeLookups(t, root)
	c := &subject{Container: s.bed.Run(t, testbed.Container{Rootfs: root, Flags: []string{"--runc-binary", s.newest}, Spec: func(*specs.Spec) {}})}
	for _, l := range lookups {
		t.Run(l.what, func(t *testing.T) {
			flags := []string{"-e", "PATH=" + l.path, "-u", l.user + ":0"}
			e := execution{what: l.what, runc: flags, sidestep: flags}
			var outputs []string
			for _, tl := range []tool{s.runc, s.sidestep} {
				p := s.start(t, tl, c, e, l.command, "/dev/null")
				code := p.end(t)
				output := p.streams.out.String() + p.streams.stderr()
				t.Logf("%s: %d %s", tl.name, code, output)
				if code == 255 || strings.Contains(output, "sidestep: error") {
					output = refused
				}
				outputs = append(outputs, output)
			}
			testbed.Equal(t, "the output of what sidestep executes", outputs[1], outputs[0])
		})
	}
}

func writeLookups(t *testing.T, root string) {
	t.Helper()
	for name, mode := range map[string]os.FileMode{
		"a/first": 0o755, "b/first": 0o755, "b/second": 0o755, "a/plain": 0o644, "b/plain": 0o755, "b/directory": 0o755,
		"b/dangling": 0o755, "b/bad": 0o755, "b/text": 0o755, "b/secret": 0o755, "d/first": 0o755,
	} {
		testbed.WriteFile(t, filepath.Join(root, name), "#!/bin/sh\necho /"+name+"\n", mode)
	}
	testbed.WriteFile(t, filepath.Join(root, "a/bad"), "#!/no/interpreter\n", 0o755)
	testbed.WriteFile(t, filepath.Join(root, "a/text"), "no program\n", 0o755)
	busybox, err := os.ReadFile(filepath.Join(root, "bin/busybox"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"c/secret", "c/users"} { // a script could be executed and then not be read; these say their name
		testbed.WriteFile(t, filepath.Join(root, name), string(busybox), 0o700)
	}
	for _, err := range []error{
		os.Mkdir(filepath.Join(root, "a/directory"), 0o755),
		os.Symlink("/no/where", filepath.Join(root, "a/dangling")),
		os.Chown(filepath.Join(root, "c/users"), 1000, 1000),
		os.Chmod(filepath.Join(root, "d"), 0o700),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}
