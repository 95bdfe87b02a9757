package session

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/plugin/session/client"
	"github.com/sidestep-dev/sidestep/plugin/session/sessionpb"
	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestHost: in a container that shares only the host's PIDs, and that does not
// see the socket of containerd, serve --host becomes a process of the host.
func TestHost(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{Args: []string{"/bin/sleep", "86400"}})
		// A helper pod: its own mounts, without the bed's directory, network,
		// host name, IPC and cgroup namespaces.
		inside := func(cmd *exec.Cmd) *exec.Cmd {
			script := `mount -t tmpfs none ` + bed.Dir + ` && exec "$@"`
			args := append([]string{"--mount", "--net", "--uts", "--ipc", "--cgroup", "sh", "-c", script, "sh"}, cmd.Args...)
			wrapped := exec.Command("unshare", args...)
			wrapped.Env = cmd.Env
			return wrapped
		}
		r := testbed.Run(t, inside(bed.Command("exec", c.ID, "true")))
		testbed.ExpectFailure(t, r, 125, "", "") // without --host it is not on the host

		n := connect(t, inside(bed.Command("serve", "--stdio", "--host")))
		r, err := n.run(t, command(c, "hostname"), client.Streams{})
		if err != nil || r.Code != 0 {
			t.Errorf("in the container: %+v, %v", r, err)
		}
		script := "for n in cgroup ipc mnt net pid uts; do readlink /proc/self/ns/$n; done"
		r, err = n.run(t, &sessionpb.ExecStart{Reference: "pid:1", Argv: []string{"sh", "-c", script}, NoCgroup: true}, client.Streams{})
		if err != nil {
			t.Fatal(err)
		}
		var want strings.Builder
		for _, kind := range []string{"cgroup", "ipc", "mnt", "net", "pid", "uts"} {
			link, err := os.Readlink("/proc/1/ns/" + kind)
			if err != nil {
				t.Fatal(err)
			}
			want.WriteString(link + "\n")
		}
		testbed.Equal(t, "namespaces on the host", r.Stdout, want.String())
		ns, err := n.Ns(t.Context(), "", c.ID)
		if link, _ := os.Readlink("/proc/1/ns/mnt"); err != nil || !strings.Contains(string(ns.Output), link) {
			t.Errorf("ns does not compare with the host: %s, %v", ns.Output, err)
		}
	})
}
