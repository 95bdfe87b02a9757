package soak

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// traces are what commands could leave.
type traces struct {
	processes []string // of the run, zombies too
	inside    string   // the container's processes, as it sees them
	cgroups   []string
	keys      []string       // kernel keyrings, see keyrings(7)
	held      map[string]int // descriptors and threads of the container's init, its shim, and the daemon
}

func tracesOf(t *testing.T, bed *testbed.Bed, c *testbed.Container) traces {
	t.Helper()
	found := traces{cgroups: bed.CgroupDirs(), held: map[string]int{}}
	for _, p := range bed.Processes() {
		found.processes = append(found.processes, fmt.Sprintf("%d %s", p.PID, p.Comm))
	}
	members, err := os.ReadFile("/sys/fs/cgroup/pids" + c.Cgroup() + "/cgroup.procs")
	if err != nil {
		members, err = os.ReadFile("/sys/fs/cgroup" + c.Cgroup() + "/cgroup.procs")
	}
	if err != nil {
		t.Fatal(err)
	}
	found.inside = string(members)
	keys, err := os.ReadFile("/proc/keys")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(keys)) {
		if fields := strings.Fields(line); len(fields) > 0 {
			found.keys = append(found.keys, fields[0])
		}
	}
	for name, pid := range map[string]int{"init": c.PID, "shim": c.ShimPID(t), "containerd": bed.PID} {
		for _, dir := range []string{"fd", "task"} {
			entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/%s", pid, dir))
			if err != nil {
				t.Fatal(err)
			}
			found.held[name+"/"+dir] = len(entries)
		}
	}
	return found
}

// slack is how many descriptors and threads a daemon may have more than
// before: Go makes threads as it needs them.
const slack = 8

// leaks lists what is there now and was not before.
func (before traces) leaks(now traces) []string {
	var found []string
	for what, lists := range map[string][2][]string{
		"process": {before.processes, now.processes}, "cgroup": {before.cgroups, now.cgroups}, "key": {before.keys, now.keys},
	} {
		for _, entry := range lists[1] {
			if !slices.Contains(lists[0], entry) {
				found = append(found, what+" "+entry)
			}
		}
	}
	if before.inside != now.inside {
		found = append(found, fmt.Sprintf("processes in the container's cgroup: %q, before %q", now.inside, before.inside))
	}
	for what, n := range now.held {
		limit := before.held[what] + slack
		if strings.HasPrefix(what, "init/") {
			limit = before.held[what]
		}
		if n > limit {
			found = append(found, fmt.Sprintf("%s: %d, before %d", what, n, before.held[what]))
		}
	}
	return found
}

// expectNone checks that nothing is left, shortly after.
func (before traces) expectNone(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
	t.Helper()
	var found []string
	for range 50 {
		if found = before.leaks(tracesOf(t, bed, c)); len(found) == 0 {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("left:\n%s", strings.Join(found, "\n"))
}
