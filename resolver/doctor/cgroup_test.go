package doctor

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver/health"
)

const mountinfo = `29 1 0:26 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755
30 29 0:27 / /sys/fs/cgroup/unified rw,nosuid - cgroup2 cgroup2 rw
31 29 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct
32 29 0:29 /docker/x /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory
33 29 0:30 / /sys/fs/cgroup/pids rw,nosuid - cgroup cgroup rw,pids
a line that is none
`

func TestFindCgroups(t *testing.T) {
	found := findCgroups([]proc.Membership{
		{Hierarchy: "0", Path: "/web"},
		{Hierarchy: "2", Controllers: []string{"cpu", "cpuacct"}, Path: "/web"},
		{Hierarchy: "3", Controllers: []string{"memory"}, Path: "/web"}, // of which only a part is mounted
		{Hierarchy: "4", Controllers: []string{"pids"}, Path: "/a/web"},
		{Hierarchy: "5", Controllers: []string{"devices"}, Path: "/web"}, // not mounted
	}, mountinfo)
	for controller, want := range map[string]string{
		"": "/sys/fs/cgroup/unified/web", "cpu": "/sys/fs/cgroup/cpu,cpuacct/web", "cpuacct": "/sys/fs/cgroup/cpu,cpuacct/web",
		"pids": "/sys/fs/cgroup/pids/a/web",
	} {
		if got := found[controller].dir(); got != want {
			t.Errorf("%q: %q", controller, got)
		}
	}
	if len(found) != 4 {
		t.Errorf("%v", found)
	}
}

// tree writes files below a directory that stands for a cgroup file system.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestUnified(t *testing.T) {
	root := tree(t, map[string]string{
		"pod/pids.max": "20\n", "pod/pids.current": "19\n", "pod/web/pids.max": "max\n", "pod/web/pids.current": "3\n",
		"pod/memory.max": "max\n", "pod/web/memory.max": "67108864\n", "pod/web/memory.current": "60000000\n",
		"pod/web/memory.stat": "anon 1\ninactive_file 20000000\n", "pod/web/memory.events": "low 0\nmax 12\noom 2\noom_kill 3\n",
		"pod/web/cgroup.events": "populated 1\nfrozen 1\n",
	})
	c := cgroups{"": {mount: root, path: "/pod/web", unified: true}}
	if u, err := c.pids(); err != nil || u != (health.Usage{Cgroup: "/pod", Used: 19, Max: 20}) {
		t.Errorf("pids: %+v, %v", u, err)
	}
	if u, err := c.memory(); err != nil || u != (health.Usage{Cgroup: "/pod/web", Used: 40000000, Max: 67108864}) {
		t.Errorf("memory: %+v, %v", u, err)
	}
	if u, err := c.oom(); err != nil || u.Events != 3 {
		t.Errorf("OOM kills: %+v, %v", u, err)
	}
	if f, err := c.frozen(); err != nil || f != (health.Freezer{Cgroup: "/pod/web", Frozen: true}) {
		t.Errorf("frozen: %+v, %v", f, err)
	}
}

func TestVersion1(t *testing.T) {
	root := tree(t, map[string]string{
		"pids/web/pids.max": "max\n", "freezer/web/freezer.state": "FREEZING\n", "memory/web/memory.limit_in_bytes": "9223372036854771712\n",
		"memory/web/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n",
	})
	in := func(name string) cgroup { return cgroup{mount: filepath.Join(root, name), path: "/web"} }
	c := cgroups{"pids": in("pids"), "freezer": in("freezer"), "memory": in("memory"), "": {mount: root, path: "/", unified: true}}
	if u, err := c.pids(); err != nil || u.Max != 0 {
		t.Errorf("pids: %+v, %v", u, err)
	}
	if u, err := c.memory(); err != nil || u.Max != 0 {
		t.Errorf("memory: %+v, %v", u, err)
	}
	if u, err := c.oom(); err != nil || u.Events != 1 {
		t.Errorf("OOM kills: %+v, %v", u, err)
	}
	if f, err := c.frozen(); err != nil || !f.Frozen || !f.V1 {
		t.Errorf("frozen: %+v, %v", f, err)
	}
	delete(c, "memory") // no such controller, as with cgroup_disable=memory
	if u, err := c.memory(); err != nil || u.Max != 0 {
		t.Errorf("no controller: %+v, %v", u, err)
	}
	c["pids"] = in("gone")
	if _, err := c.pids(); err == nil {
		t.Error("a cgroup that was removed has a limit")
	}
}
