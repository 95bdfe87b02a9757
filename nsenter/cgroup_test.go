package nsenter

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

const (
	unifiedHost = `22 28 0:20 / /sys rw,nosuid shared:7 - sysfs sysfs rw
29 22 0:26 / /sys/fs/cgroup rw,nosuid,nodev shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
`
	hybridHost = `29 22 0:26 / /sys/fs/cgroup ro - tmpfs tmpfs ro,mode=755
30 29 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate
31 29 0:28 / /sys/fs/cgroup/systemd rw shared:11 - cgroup cgroup rw,xattr,name=systemd
32 29 0:29 /docker/4d6 /run/elsewhere rw - cgroup cgroup rw,cpu,cpuacct
33 29 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:12 master:3 - cgroup cgroup rw,cpu,cpuacct
34 29 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset
35 29 0:31 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer
36 29 0:32 / /home/cgroup2 rw - ext4 /dev/sda rw,freezer,pids
`
)

func TestHierarchiesAreFoundWhereTheyAreMounted(t *testing.T) {
	for _, c := range []struct {
		host        string
		id          string
		controllers []string
		want        string
	}{
		{unifiedHost, "0", nil, "/sys/fs/cgroup"},
		{unifiedHost, "5", []string{"cpu"}, ""},
		{hybridHost, "0", nil, "/sys/fs/cgroup/unified"},
		{hybridHost, "1", []string{"name=systemd"}, "/sys/fs/cgroup/systemd"},
		{hybridHost, "1", []string{"name=system"}, ""},
		{hybridHost, "2", []string{"cpu", "cpuacct"}, "/sys/fs/cgroup/cpu,cpuacct"},
		{hybridHost, "2", []string{"cpuacct", "cpu"}, "/sys/fs/cgroup/cpu,cpuacct"},
		{hybridHost, "3", []string{"cpuset"}, "/sys/fs/cgroup/cpuset"},
		{hybridHost, "4", []string{"freezer"}, "/sys/fs/cgroup/freezer"},
		{hybridHost, "5", []string{"pids"}, ""},
		{hybridHost, "5", []string{"cpu", "pids"}, ""},
		{"", "0", nil, ""}, {"damaged - cgroup2 cgroup2 rw\n-\n", "0", nil, ""},
	} {
		got, ok := findHierarchies(c.host).mount(proc.Membership{Hierarchy: c.id, Controllers: c.controllers, Path: "/x"})
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%s %v: %q, %t, and not %q", c.id, c.controllers, got, ok, c.want)
		}
	}
}

func TestControllerIsMatchedByItsWholeName(t *testing.T) {
	for options, want := range map[string]bool{"rw,cpu": true, "cpu": true, "cpu,rw": true, "rw,cpuset": false, "rw,cpuacct": false, "": false, "xcpu": false} {
		if hasAll(options, []string{"cpu"}) != want {
			t.Errorf("%q: %t", options, !want)
		}
	}
}

// tree makes directories and files in the place of a cgroup v2 hierarchy.
func tree(t *testing.T, files map[string]string) (hierarchies, string) {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return findHierarchies(fmt.Sprintf("29 22 0:26 / %s rw - cgroup2 cgroup2 rw\n", root)), root
}

func unified(path string) proc.Membership { return proc.Membership{Hierarchy: "0", Path: path} }

func TestProcessIsMovedToTheCgroupAndNowhereElse(t *testing.T) {
	h, root := tree(t, map[string]string{"docker/4d6/cgroup.procs": "", "other/cgroup.procs": "", "cgroup.procs": ""})
	if err := os.Symlink("../other", filepath.Join(root, "docker/link")); err != nil {
		t.Fatal(err)
	}
	if err := h.join(unified("/docker/4d6"), 4121); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(root, "docker/4d6/cgroup.procs")); err != nil || string(got) != "4121" {
		t.Errorf("%q, %v", got, err)
	}
	for _, path := range []string{"/docker/link", "/docker/gone", "/docker"} {
		if err := h.join(unified(path), 4121); err == nil {
			t.Errorf("%s is joined", path)
		}
	}
	if err := h.join(proc.Membership{Hierarchy: "8", Controllers: []string{"cpu"}, Path: "/docker/4d6"}, 1); err == nil {
		t.Error("a hierarchy that is not mounted is joined")
	}
	for _, path := range []string{"other", "."} {
		if got, err := os.ReadFile(filepath.Join(root, path, "cgroup.procs")); err != nil || len(got) != 0 {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
}

func TestFrozenIsWhatTheKernelSays(t *testing.T) {
	h, _ := tree(t, map[string]string{
		"frozen/cgroup.events": "populated 1\nfrozen 1\n", "thawed/cgroup.events": "populated 1\nfrozen 0\n",
		"odd/cgroup.events": "populated 1\nunfrozen 1\nfrozen 10\n", "old/cgroup.procs": "",
	})
	for path, want := range map[string]bool{"/frozen": true, "/thawed": false, "/odd": false, "/": false} {
		got, err := h.frozen([]proc.Membership{unified(path)})
		if got != want || err != nil {
			t.Errorf("%s: %t, %v", path, got, err)
		}
	}
	if _, err := h.frozen([]proc.Membership{unified("/old")}); err == nil {
		t.Error("an unknown state is taken for one that runs")
	}
}

func TestFrozenByTheFreezerOfV1(t *testing.T) {
	_, root := tree(t, map[string]string{
		"a/freezer.state": "FROZEN\n", "b/freezer.state": "FREEZING\n", "c/freezer.state": "THAWED\n"})
	h := findHierarchies(fmt.Sprintf("29 22 0:26 / %s rw - cgroup cgroup rw,freezer\n", root))
	for path, want := range map[string]bool{"/a": true, "/b": true, "/c": false} {
		cgroups := []proc.Membership{{Hierarchy: "8", Controllers: []string{"cpu"}, Path: path}, {Hierarchy: "6", Controllers: []string{"freezer"}, Path: path}}
		if got, err := h.frozen(cgroups); got != want || err != nil {
			t.Errorf("%s: %t, %v", path, got, err)
		}
	}
}
