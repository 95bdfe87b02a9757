package proc

import (
	"os"
	"testing"
)

func TestFrozenOfARunningProcess(t *testing.T) {
	p, err := Pin(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if frozen, err := p.Frozen(); frozen || err != nil {
		t.Errorf("Frozen: %t, %v", frozen, err)
	}
}

func TestMountOf(t *testing.T) {
	const hybrid = `29 22 0:26 / /sys/fs/cgroup ro - tmpfs tmpfs ro,mode=755
30 29 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate
34 29 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset
35 29 0:31 /docker/x /run/elsewhere rw - cgroup cgroup rw,freezer
35 29 0:31 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer
36 29 0:32 / /home ext4 rw,freezer
damaged - cgroup2
`
	v2, v1 := Membership{Hierarchy: "0"}, Membership{Hierarchy: "6", Controllers: []string{"freezer"}}
	for _, test := range []struct {
		mounts, want string
		m            Membership
	}{
		{hybrid, "/sys/fs/cgroup/unified", v2}, {hybrid, "/sys/fs/cgroup/freezer", v1}, {"", "", v1}, {"", "", v2},
	} {
		if got, ok := mountOf(test.mounts, test.m); got != test.want || ok != (test.want != "") {
			t.Errorf("%v: %q, %t", test.m, got, ok)
		}
	}
}
