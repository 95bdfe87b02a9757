package plan_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

func v2(path string) []proc.Membership { return []proc.Membership{{Hierarchy: "0", Path: path}} }

func v1(hierarchy, controller, path string) proc.Membership {
	return proc.Membership{Hierarchy: hierarchy, Controllers: []string{controller}, Path: path}
}

// cgroupsOf decides for an init in the cgroups and a spec with the path.
func cgroupsOf(init, caller []proc.Membership, path string, req plan.Request) ([]proc.Membership, error) {
	f, spec := dockerFacts(), dockerSpec()
	f.Cgroups, f.CallerCgroups, spec.Linux.CgroupsPath = init, caller, path
	req.Args = []string{"true"}
	p, err := plan.Decide(f, spec, req)
	if err != nil {
		return nil, err
	}
	var joined []proc.Membership
	for _, c := range p.Cgroups {
		joined = append(joined, c.Membership)
	}
	return joined, nil
}

// An init that moved below the container's cgroup is not followed, unless the
// cgroup above takes no processes any more.
func TestContainersOwnCgroupIsJoinedWhereverInitIs(t *testing.T) {
	for path, want := range map[string]string{"/docker/4d6": "/docker/4d6", "s.slice:docker:4d6": "/s.slice/docker-4d6.scope"} {
		f, spec := dockerFacts(), dockerSpec()
		f.Cgroups, f.CallerCgroups, spec.Linux.CgroupsPath = v2(want+"/init"), v2("/"), path
		p := decide(t, f, spec, plan.Request{Args: []string{"true"}})
		if len(p.Cgroups) != 1 || p.Cgroups[0].Path != want || p.Cgroups[0].Init != want+"/init" {
			t.Errorf("%s: %+v", path, p.Cgroups)
		}
		for where, in := range map[string]bool{want: true, want + "/init": true, want + "/other": false, "/": false, "": false} {
			if p.Cgroups[0].Has(v2(where)) != in {
				t.Errorf("%s: a process in %q", path, where)
			}
		}
	}
}

func TestCgroupIsJoinedInEachHierarchyWhereItDiffers(t *testing.T) {
	init := []proc.Membership{v1("8", "cpu", "/docker/4d6"), v1("6", "freezer", "/"), v1("4", "pids", "/same"),
		v1("3", "devices", "/docker/4d6/sub"), {Hierarchy: "0", Path: "/docker/4d6"}}
	caller := []proc.Membership{v1("8", "cpu", "/user"), v1("6", "freezer", "/"), v1("4", "pids", "/same"),
		v1("3", "devices", "/docker/4d6"), {Hierarchy: "0", Path: "/user"}}
	got, err := cgroupsOf(init, caller, "", plan.Request{})
	if want := []proc.Membership{init[0], init[3], init[4]}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := cgroupsOf(init, caller, "", plan.Request{NoCgroup: true}); err != nil || got != nil {
		t.Errorf("--no-cgroup: %v, %v", got, err)
	}
}

func TestSamePathInAnotherHierarchyIsAnotherCgroup(t *testing.T) {
	init := []proc.Membership{v1("8", "cpu", "/docker/4d6")}
	if got, err := cgroupsOf(init, v2("/docker/4d6"), "", plan.Request{}); err != nil || !reflect.DeepEqual(got, init) {
		t.Errorf("%v, %v", got, err)
	}
}

// A container that can write to the host's cgroupfs can move its init, and
// with it whoever follows, out of its limits and device rules.
func TestCgroupMustBeTheContainersOwn(t *testing.T) {
	const cgroupfs, systemd, cri = "/docker/4d6", "system.slice:docker:4d6", "kubepods-pod1.slice:cri-containerd:4d6"
	for _, c := range []struct {
		init, path string
		ok         bool
	}{
		{"/docker/4d6", cgroupfs, true}, {"/docker/4d6/init.scope", cgroupfs, true}, {"/docker/4d6", "docker/4d6", true},
		{"/docker/4d6", "/docker/../docker/4d6/", true}, {"/system.slice/dind/docker/4d6", cgroupfs, true},
		{"/docker/4d7", cgroupfs, false}, {"/docker", cgroupfs, false}, {"/docker/4d6x", cgroupfs, false},
		{"/xdocker/4d6", cgroupfs, false}, {"/user.slice", cgroupfs, false}, {"/docker/4d", cgroupfs, false},
		{"/system.slice/docker-4d6.scope", systemd, true}, {"/system.slice/docker-4d6.scope/sub/sub", systemd, true},
		{"/docker-4d6.scope", systemd, true}, {"/system.slice/docker-4d6", systemd, false},
		{"/system.slice/docker-4d6.scope.d", systemd, false}, {"/system.slice/xdocker-4d6.scope", systemd, false},
		{"/system.slice", systemd, false},
		{"/kubepods.slice/kubepods-pod1.slice/cri-containerd-4d6.scope", cri, true},
		{"/kubepods.slice/kubepods-pod1.slice/cri-containerd-4d7.scope", cri, false},
		{"/docker/4d6 (deleted)", cgroupfs, false}, {"/docker/4d6 (deleted)", "", false},
		{"/../docker/4d6", cgroupfs, false}, {"/..", "", false}, {"/../../x", "", false},
		{"/anywhere", "", true},
	} {
		got, err := cgroupsOf(v2(c.init), v2("/user.slice/session-1.scope"), c.path, plan.Request{})
		if c.ok && (err != nil || len(got) != 1 || !strings.HasPrefix(c.init+"/", got[0].Path+"/")) || !c.ok && err == nil {
			t.Errorf("init in %q, the spec says %q: %v, %v", c.init, c.path, got, err)
		}
	}
}

// A name that ends with ".slice" is the unit itself, to runc and its users
// (getUnitName, cgroups/systemd/common.go).
func TestCgroupMayBeASliceOfSystemd(t *testing.T) {
	const path = "system.slice::machine-4d6.slice"
	if _, err := cgroupsOf(v2("/system.slice/machine-4d6.slice"), v2("/"), path, plan.Request{}); err != nil {
		t.Error(err)
	}
}

// Without v1 hierarchies, where the root is home to who has no cgroup, an
// init in the root or in the caller's cgroup has left the one of its spec.
func TestInitThatLeftItsCgroupIsNotFollowedToTheRoot(t *testing.T) {
	for caller, init := range map[string]string{"/user.slice": "/", "/": "/", "/user.slice/x": "/user.slice/x"} {
		if got, err := cgroupsOf(v2(init), v2(caller), "/docker/4d6", plan.Request{}); err == nil {
			t.Errorf("init in %q, the caller in %q: joined %v", init, caller, got)
		}
	}
}

// Where hierarchies of v1 limit the container, the root of v2 does not free it.
func TestRootOfAHierarchyThatIsNotUsedIsFine(t *testing.T) {
	init := []proc.Membership{v1("8", "cpu", "/docker/4d6"), v1("5", "rdma", "/"), {Hierarchy: "0", Path: "/"}}
	caller := []proc.Membership{v1("8", "cpu", "/"), v1("5", "rdma", "/"), {Hierarchy: "0", Path: "/"}}
	got, err := cgroupsOf(init, caller, "/docker/4d6", plan.Request{})
	if err != nil || !reflect.DeepEqual(got, init[:1]) {
		t.Errorf("%v, %v", got, err)
	}
}
