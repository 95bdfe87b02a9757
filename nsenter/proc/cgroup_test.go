package proc_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

func TestCgroupsOfEachKindOfHost(t *testing.T) {
	v2 := proc.Membership{Hierarchy: "0", Path: "/system.slice/docker-4d6.scope"}
	for name, c := range map[string]struct {
		data string
		want []proc.Membership
	}{
		"v2":       {"0::/system.slice/docker-4d6.scope\n", []proc.Membership{v2}},
		"v2, root": {"0::/\n", []proc.Membership{{Hierarchy: "0", Path: "/"}}},
		"hybrid": {"8:cpu,cpuacct:/docker/4d6\n1:name=systemd:/docker/4d6\n0::/system.slice/docker-4d6.scope\n",
			[]proc.Membership{
				{Hierarchy: "8", Controllers: []string{"cpu", "cpuacct"}, Path: "/docker/4d6"},
				{Hierarchy: "1", Controllers: []string{"name=systemd"}, Path: "/docker/4d6"}, v2}},
		"colons and spaces in the path": {"0::/kubepods:cri: x/a:b\n",
			[]proc.Membership{{Hierarchy: "0", Path: "/kubepods:cri: x/a:b"}}},
		"outside the namespace": {"0::/../../x\n", []proc.Membership{{Hierarchy: "0", Path: "/../../x"}}},
		"removed":               {"0::/x (deleted)\n", []proc.Membership{{Hierarchy: "0", Path: "/x (deleted)"}}},
		"no hierarchy":          {"", nil},
	} {
		got, err := proc.ParseCgroups(c.data)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestDamagedCgroupLineIsAnError(t *testing.T) {
	for _, data := range []string{"x\n", "0:/\n", "0::\n", "0::relative\n", "0::/x\n8:cpu\n", "::\n"} {
		if got, err := proc.ParseCgroups(data); err == nil {
			t.Errorf("%q is taken for %+v", data, got)
		}
	}
}

func TestOnlyHierarchyZeroWithoutControllersIsUnified(t *testing.T) {
	for line, want := range map[string]bool{"0::/": true, "8:cpu:/": false, "1:name=x:/": false, "0:cpu:/": false, "5::/": false} {
		got, err := proc.ParseCgroups(line)
		if err != nil || got[0].Unified() != want {
			t.Errorf("%s: unified is %t, %v", line, !want, err)
		}
	}
}

func FuzzParseCgroups(f *testing.F) {
	f.Add("8:cpu,cpuacct:/docker/4d6\n0::/x\n")
	f.Add("0::/a:b:c (deleted)\n")
	f.Add("\n\n")
	f.Fuzz(func(t *testing.T, data string) {
		all, err := proc.ParseCgroups(data)
		if err != nil {
			return
		}
		for _, m := range all {
			line := m.Hierarchy + ":" + strings.Join(m.Controllers, ",") + ":" + m.Path
			if !strings.HasPrefix(m.Path, "/") || !strings.Contains(data, line) {
				t.Errorf("%+v is not a line of %q", m, data)
			}
		}
	})
}
