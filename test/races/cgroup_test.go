package races

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// limited is a container whose cgroups a test changes.
type limited struct {
	*testbed.Container
	bed *testbed.Bed
}

func runLimited(t *testing.T) limited {
	t.Helper()
	bed := testbed.Start(t, testbed.V2())
	return limited{bed.Run(t, testbed.Container{Spec: func(*specs.Spec) {}}), bed}
}

// file returns the path of a file of the container's cgroup: that of version 1
// in the controller's hierarchy, or else that of version 2.
func (c limited) file(t *testing.T, controller, v1, v2 string) string {
	t.Helper()
	for _, path := range []string{
		filepath.Join("/sys/fs/cgroup", controller, c.Cgroup(), v1), filepath.Join("/sys/fs/cgroup", c.Cgroup(), v2),
	} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Fatalf("the container has neither %s nor %s", v1, v2)
	return ""
}

func (c limited) write(t *testing.T, file, value string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(value), 0); err != nil {
		t.Fatal(err)
	}
}

// freeze pauses the container without a word to its runtime, or resumes it.
func (c limited) freeze(t *testing.T, frozen bool) {
	t.Helper()
	file := c.file(t, "freezer", "freezer.state", "cgroup.freeze")
	values := map[bool]string{true: "1", false: "0"}
	if strings.HasSuffix(file, "freezer.state") {
		values = map[bool]string{true: "FROZEN", false: "THAWED"}
	}
	c.write(t, file, values[frozen])
}

// members returns the processes of the cgroup by which the container is paused.
func (c limited) members(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(c.file(t, "freezer", "cgroup.procs", "cgroup.procs"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(data))
}

// expectAlone checks that only init is left in the container.
func (c limited) expectAlone(t *testing.T) {
	t.Helper()
	testbed.Eventually(t, 5*time.Second, "only init is in the container", func() bool {
		members := c.members(t)
		return len(members) == 1 && members[0] == strconv.Itoa(c.PID)
	})
}

// TestNoRoomForAProcess: the container has as many processes as it may have.
// A count of version 1 lets one in that is moved, as it does with runc exec;
// version 2 refuses the fork, and sidestep says why.
func TestNoRoomForAProcess(t *testing.T) {
	c := runLimited(t)
	file := c.file(t, "pids", "pids.max", "pids.max")
	c.write(t, file, "1")
	v1 := strings.HasPrefix(file, "/sys/fs/cgroup/pids/")
	for n := range iterations {
		r := c.bed.Sidestep(t, "exec", c.ID, "grep", "-o", c.ID, "/proc/self/cgroup")
		switch {
		case v1 && r.Code == 0 && strings.Contains(r.Stdout, c.ID):
		case !v1 && r.Code == 125:
			testbed.ExpectFailure(t, r, 125, "fork into the PID namespace", "pids.max")
		default:
			t.Fatalf("command %d: %+v", n, r)
		}
	}
	testbed.Equal(t, "exit code outside of its cgroup", c.bed.Sidestep(t, "exec", "--no-cgroup", c.ID, "true").Code, 0)
	c.expectAlone(t)
}

// TestNoMemory: the container has used all but a part of a megabyte of the
// memory that it may have. What enters fits in there. The command runs, or the
// kernel kills it; nothing hangs, and init lives on.
func TestNoMemory(t *testing.T) {
	const limit = 4 << 20
	bed := testbed.Start(t, testbed.V2())
	c := limited{bed.Run(t, testbed.Container{
		// Files of a tmpfs are memory of those who write them, which nothing reclaims.
		Args: []string{"/bin/sh", "-c", "dd if=/dev/zero of=/dev/shm/full bs=4096; exec sleep 86400"},
		Spec: func(s *specs.Spec) {
			memory := int64(limit)
			s.Linux.Resources = &specs.LinuxResources{Memory: &specs.LinuxMemory{Limit: &memory, Swap: &memory}}
			for i, m := range s.Mounts {
				if m.Destination == "/dev/shm" {
					s.Mounts[i].Options = append(m.Options[:len(m.Options)-1], fmt.Sprintf("size=%d", limit-limit/4))
				}
			}
		},
	}), bed}
	testbed.Eventually(t, 10*time.Second, "the memory is full", func() bool {
		info, err := os.Stat(c.Proc("root/dev/shm/full"))
		return err == nil && info.Size() > limit/2
	})
	codes := map[int]int{}
	for n := range iterations {
		r := c.bed.Sidestep(t, "exec", c.ID, "true")
		codes[r.Code]++
		if r.Code != 0 && r.Code != 137 && (r.Code != 125 || strings.Count(r.Stderr, "\n") != 2) {
			t.Fatalf("command %d: %+v", n, r)
		}
	}
	t.Logf("exit codes: %v", codes)
	if codes[0] == 0 {
		t.Error("no command ran")
	}
	c.expectAlone(t)
}
