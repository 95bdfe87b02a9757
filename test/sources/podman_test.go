package sources

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestPodman: containers that no daemon knows, by their names and IDs.
func TestPodman(t *testing.T) {
	for _, runtime := range []string{"runc", "crun"} {
		t.Run(runtime, func(t *testing.T) {
			podman := testbed.StartPodman(t, runtime)
			id, pid := podman.Run(t, "--name", "front", "--env", "KEY=value", "--user", "www")
			want, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/mnt", pid))
			if err != nil {
				t.Fatal(err)
			}
			var flags []string
			if runtime == "crun" { // its conmon is in a mount namespace of its own, and so is not believed
				flags = []string{"--runtime-root", podman.RuntimeRoot}
			}
			ask := func(args ...string) string {
				t.Helper()
				r := testbed.Run(t, podman.Command(append(flags, args...)...))
				if r.Code != 0 || r.Stderr != "" {
					t.Errorf("%q: exit code %d, stderr %q", args, r.Code, r.Stderr)
				}
				return r.Stdout
			}
			// A command that podman has put into it has a conmon too.
			if out, err := exec.Command(podman.Args("exec")[0], podman.Args("exec", "--detach", id, "sleep", "600")[1:]...).CombinedOutput(); err != nil {
				t.Fatalf("podman exec: %v: %s", err, out)
			}
			for _, reference := range []string{"front", id, id[:12]} {
				testbed.Equal(t, reference, ask("exec", reference, "readlink", "/proc/self/ns/mnt"), want+"\n")
			}
			testbed.Equal(t, "user and environment", ask("exec", "front", "sh", "-c", "id -u; echo $KEY"), "33\nvalue\n")
			testbed.Equal(t, "home of another user", ask("exec", "-u", "dev", "front", "sh", "-c", "echo $HOME"), "/home/dev\n")
			testbed.Equal(t, "pid", ask("pid", "front"), fmt.Sprintln(pid))
			testbed.Equal(t, "runtime", ask("--source", "runtime", "pid", "front"), fmt.Sprintln(pid))
			if runtime == "runc" {
				testbed.Equal(t, "conmon's file", ask("--source", "bundle", "pid", "front"), fmt.Sprintln(pid))
				testbed.Equal(t, "cgroups", ask("--source", "proc", "pid", "front"), fmt.Sprintln(pid))
			}
			var list []row
			if err := json.Unmarshal([]byte(ask("ps", "-o", "json")), &list); err != nil || len(list) != 1 {
				t.Fatalf("ps: %+v, %v", list, err)
			}
			testbed.Equal(t, "row", fmt.Sprint(list[0].ID, list[0].Name, list[0].PID, list[0].State), fmt.Sprint(id, "front", pid, "running"))
		})
	}
}
