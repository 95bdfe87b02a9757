package containers

import (
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// confinement prints what a process is allowed to do and where it is: all that
// makes a command in a container different from one on the host.
const confinement = `id; pwd; umask; env | grep -v -e '^SHLVL=' -e '^_=' | sort
grep -E '^(Uid|Gid|Groups|Cap.*|NoNewPrivs|Seccomp.*|Cpus_allowed|NSpid.*):' /proc/self/status | grep -v NSpid
cat /proc/self/cgroup /proc/self/oom_score_adj /proc/self/limits /proc/self/personality
for ns in /proc/self/ns/*; do echo "$ns $(readlink $ns)"; done
cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups`

// sameAsRuntime checks that a command that sidestep starts has the confinement
// of one that the container's runtime starts.
func sameAsRuntime(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
	t.Helper()
	script := confinement
	got := bed.Output(t, "exec", c.ID, "/bin/sh", "-c", script)
	want := c.Exec(t, "/bin/sh", "-c", script)
	diff(t, got, want)
}

// diff reports the lines in which two texts differ.
func diff(t *testing.T, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		var a, b string
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			t.Errorf("line %d:\n got %q\nwant %q", i+1, a, b)
		}
	}
}
