package resolver

import (
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

func specWith(cgroupsPath string, namespaces ...specs.LinuxNamespace) *specs.Spec {
	return &specs.Spec{Linux: &specs.Linux{CgroupsPath: cgroupsPath, Namespaces: namespaces}}
}

func TestContradicts(t *testing.T) {
	id, other := strings.Repeat("ab", 32), strings.Repeat("cd", 32)
	ownPID := specs.LinuxNamespace{Type: specs.PIDNamespace}
	podPID := specs.LinuxNamespace{Type: specs.PIDNamespace, Path: "/proc/7/ns/pid"}
	reader, inside := proc.Namespaces{}, proc.Namespaces{}
	reader[proc.PID], reader[proc.Mount] = proc.ID{Dev: 4, Ino: 1}, proc.ID{Dev: 4, Ino: 2}
	inside[proc.PID], inside[proc.Mount] = proc.ID{Dev: 4, Ino: 11}, proc.ID{Dev: 4, Ino: 12}

	tests := []struct {
		name   string
		cgroup string
		spec   *specs.Spec
		nspid  []int
		in     proc.Namespaces
		joined proc.ID
		ok     bool
	}{
		{"cgroup of the ID", "/docker/" + id, specWith("", ownPID), []int{9, 1}, inside, proc.ID{}, true},
		{"the container's child cgroup", "/docker/" + id + "/init.scope", nil, []int{9, 5}, inside, proc.ID{}, true},
		{"scope of the ID", "/system.slice/docker-" + id + ".scope", nil, []int{9, 5}, inside, proc.ID{}, true},
		{"cgroup of the spec", "/default/web", specWith("/default/web"), []int{9}, reader, proc.ID{}, true},
		{"systemd scope of the spec", "/a.slice/run-web.scope/x", specWith("a.slice:run:web"), []int{9}, reader, proc.ID{}, true},
		{"another container's", "/docker/" + other, specWith("/docker/"+id, ownPID), []int{9, 1}, inside, proc.ID{}, false},
		{"another container's scope", "/x/cri-containerd-" + other + ".scope", specWith("", ownPID), []int{9, 1}, inside, proc.ID{}, false},
		{"init in the host's cgroup", "/", specWith("/default/web", ownPID), []int{9, 1}, inside, proc.ID{}, true},
		{"no record of the spec, init", "/", nil, []int{9, 1}, inside, proc.ID{}, true},
		{"not an init", "/", specWith("", ownPID), []int{9, 7}, inside, proc.ID{}, false},
		{"the host's init", "/", specWith("", ownPID), []int{1}, reader, proc.ID{}, false},
		{"kernel without NSpid", "/", specWith("", ownPID), nil, reader, proc.ID{}, false},
		{"in the PID namespace of the spec", "/", specWith("", podPID), []int{9, 8}, inside, inside[proc.PID], true},
		{"in another PID namespace", "/", specWith("", podPID), []int{9}, reader, inside[proc.PID], false},
		{"the PID namespace of the spec is gone", "/", specWith("", podPID), []int{9, 8}, proc.Namespaces{}, proc.ID{}, false},
		{"host PIDs, own mounts", "/", specWith(""), []int{9}, inside, proc.ID{}, true},
		{"host PIDs, host's mounts", "/user.slice", specWith(""), []int{9}, reader, proc.ID{}, false},
	}
	for _, test := range tests {
		e := evidence{
			cgroups: []proc.Membership{{Hierarchy: "0", Path: test.cgroup}},
			nspid:   test.nspid, namespaces: test.in, reader: reader, joined: test.joined,
		}
		if got := e.contradicts(id, test.spec); (got == "") != test.ok {
			t.Errorf("%s: %q", test.name, got)
		}
	}
}

func TestBelowSpec(t *testing.T) {
	tests := []struct {
		cgroup, spec string
		want         bool
	}{
		{"/default/web", "/default/web", true},
		{"/default/web/below", "/default/web", true},
		{"/default/web2", "/default/web", false},
		{"/default", "/default/web", false},
		{"/../../default/web", "/default/web", true}, // seen from another cgroup namespace
		{"/docker/x/default/web", "default/web", true},
		{"/", "/", false},
		{"/", "", false},
		{"/x.slice/cri-containerd-web.scope", "x.slice:cri-containerd:web", true},
		{"/x.slice/web.scope", "::web", true},
		{"/x.slice/web.slice", "x.slice:p:web.slice", true},
		{"/x.slice/cri-containerd-web2.scope", "x.slice:cri-containerd:web", false},
		{"/x.slice:cri-containerd:web", "/x.slice:cri-containerd:web", true},
	}
	for _, test := range tests {
		if got := belowSpec(test.cgroup, specWith(test.spec)); got != test.want {
			t.Errorf("belowSpec(%q, %q): %t", test.cgroup, test.spec, got)
		}
	}
}

func TestCgroupNames(t *testing.T) {
	tests := []struct {
		path, id string
		want     bool
	}{
		{"/docker/web", "web", true},
		{"/docker/web2", "web", false},
		{"/docker/my-web", "web", false},
		{"/a/my-web.scope", "web", true},
		{"/a/web.scope", "web", true},
		{"/kubelet/kubepods-pod1.slice:cri-containerd:web", "web", true},
		{"/kubelet/x:web", "web", false},
		{"/", "", false},
	}
	for _, test := range tests {
		if got := namedAfter(test.path, test.id); got != test.want {
			t.Errorf("namedAfter(%q, %q): %t", test.path, test.id, got)
		}
	}
	got := strings.Join(idsIn("/kubepods/pod-1/docker-aa.scope/../s:p:bb/c c"), " ")
	if got != "bb aa pod-1 kubepods" {
		t.Errorf("idsIn: %q", got)
	}
}

func FuzzCgroupPath(f *testing.F) {
	f.Add("/docker/web", "web", "a:b:c")
	f.Add("/x.slice/cri-containerd-web.scope", "web", "/default/web")
	f.Fuzz(func(t *testing.T, path, id, spec string) {
		belowSpec(path, specWith(spec))
		for _, found := range idsIn(path) {
			if badName("", found) != "" || !namedAfter(path, found) {
				t.Errorf("idsIn(%q): %q", path, found)
			}
		}
		if namedAfter(path, id) && !strings.Contains(path, id) {
			t.Errorf("namedAfter(%q, %q)", path, id)
		}
	})
}
