package differential

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func cgroupVariants() []variant {
	return []variant{
		{what: "init in a cgroup below", after: func(t *testing.T, c *testbed.Container) { moveInit(t, c, "below/further", "*") }},
		{what: "init in a cgroup below in one hierarchy", after: func(t *testing.T, c *testbed.Container) { moveInit(t, c, "below", "pids") }},
		{what: "init in a cgroup below and no room beside it", after: func(t *testing.T, c *testbed.Container) {
			moveInit(t, c, "below", "*")
			noInternalProcess(t, c)
		}},
	}
}

// moveInit moves the init of the container into a cgroup below its own, as an
// init system in a container does; in one hierarchy, or in all.
func moveInit(t *testing.T, c *testbed.Container, below, hierarchy string) {
	t.Helper()
	mounts, _ := filepath.Glob(filepath.Join("/sys/fs/cgroup", hierarchy, c.Cgroup()))
	if unified() {
		mounts = []string{filepath.Join("/sys/fs/cgroup", c.Cgroup())}
	}
	if len(mounts) == 0 {
		t.Fatalf("%s is in no hierarchy", c.Cgroup())
	}
	for _, dir := range mounts {
		to := filepath.Join(dir, below)
		if err := os.MkdirAll(to, 0o755); err != nil {
			t.Fatal(err)
		}
		if !unified() { // who has none of these may not be there
			for _, file := range []string{"cpuset.cpus", "cpuset.mems", "cpu.rt_runtime_us"} {
				inherit(t, dir, to, file)
			}
		}
		if err := os.WriteFile(filepath.Join(to, "cgroup.procs"), []byte(strconv.Itoa(c.PID)), 0); err != nil {
			t.Fatal(err)
		}
	}
}

// noInternalProcess gives controllers to what is below the container's cgroup,
// where there is v2 alone: the cgroup takes no process of its own then.
func noInternalProcess(t *testing.T, c *testbed.Container) {
	t.Helper()
	if !unified() {
		return
	}
	file := filepath.Join("/sys/fs/cgroup", c.Cgroup(), "cgroup.subtree_control")
	if err := os.WriteFile(file, []byte("+pids +memory"), 0); err != nil {
		t.Fatal(err)
	}
}

// inherit gives the cgroups from one to another below it the same value.
func inherit(t *testing.T, from, to, file string) {
	t.Helper()
	value, err := os.ReadFile(filepath.Join(from, file))
	if err != nil {
		return // another hierarchy
	}
	for dir := to; dir != from; dir = filepath.Dir(dir) {
		defer func() {
			if err := os.WriteFile(filepath.Join(dir, file), value, 0); err != nil {
				t.Fatal(err)
			}
		}()
	}
}

func resources() []variant {
	resource := func(what string, r specs.LinuxResources) variant {
		return variant{what: what, spec: func(s *specs.Spec, _ *world) { s.Linux.Resources = &r }}
	}
	memory, pids, quota, period, shares := int64(64<<20), int64(12), int64(50000), uint64(100000), uint64(512)
	weight := uint16(300)
	return []variant{
		resource("64 MiB of memory", specs.LinuxResources{Memory: &specs.LinuxMemory{Limit: &memory}}),
		resource("12 processes", specs.LinuxResources{Pids: &specs.LinuxPids{Limit: &pids}}),
		resource("half a CPU", specs.LinuxResources{CPU: &specs.LinuxCPU{Quota: &quota, Period: &period, Shares: &shares}}),
		resource("CPU 0", specs.LinuxResources{CPU: &specs.LinuxCPU{Cpus: "0", Mems: "0"}}),
		resource("no devices", specs.LinuxResources{Devices: []specs.LinuxDeviceCgroup{{Allow: false, Access: "rwm"}}}),
		resource("block I/O weight", specs.LinuxResources{BlockIO: &specs.LinuxBlockIO{Weight: &weight}}),
	}
}
