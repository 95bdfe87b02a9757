package plan_test

import (
	"slices"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/account"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// dockerCaps are the capabilities of Docker's and containerd's default
// containers, as bits 0xa80425fb.
var dockerCaps = []string{
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID",
	"CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
}

const (
	dockerSet = 0xa80425fb
	all       = 1<<41 - 1
)

// dockerFacts are those of a container as Docker makes it, on a host with
// cgroup v2: its user and time namespaces are the host's.
func dockerFacts() plan.Facts {
	f := plan.Facts{
		Keyrings:      true,
		PID:           4121,
		Cgroups:       []proc.Membership{{Hierarchy: "0", Path: "/system.slice/docker-4d6.scope"}},
		CallerCgroups: []proc.Membership{{Hierarchy: "0", Path: "/user.slice/session-1.scope"}},
		Status: proc.Status{
			Caps:        proc.Capabilities{Permitted: dockerSet, Effective: dockerSet, Bounding: dockerSet},
			SeccompMode: proc.SeccompFilter, SeccompFilters: 1,
		},
		CallerCaps: all, LastCap: 40,
		UIDs: proc.IDMap{{Count: 1<<32 - 1}}, GIDs: proc.IDMap{{Count: 1<<32 - 1}},
		Accounts: account.New(
			"root:x:0:0::/root:/bin/ash\napp:x:1000:1001::/home/app:/bin/bash\nodd:x:1002:0:::nologin\n",
			"app:x:1001:\naudio:x:29:app\nadm:x:31:root\n"),
	}
	for _, n := range proc.Kinds() {
		f.Caller[n] = proc.ID{Dev: 4, Ino: 4026531830 + uint64(n)}
		f.Target[n] = proc.ID{Dev: 4, Ino: 4026532500 + uint64(n)}
	}
	f.Target[proc.User], f.Target[proc.Time] = f.Caller[proc.User], f.Caller[proc.Time]
	return f
}

// withUserNamespace gives the container a user namespace of its own, in which
// the host's IDs from 100000 on are those from 0 on, and makes init its root.
func withUserNamespace(f plan.Facts) plan.Facts {
	f.Target[proc.User] = proc.ID{Dev: 4, Ino: 4026532600}
	f.UIDs = proc.IDMap{{Inside: 0, Outside: 100000, Count: 65536}}
	f.GIDs = proc.IDMap{{Inside: 0, Outside: 200000, Count: 65536}}
	f.Status.UID, f.Status.GID = [4]uint32{100000, 100000, 100000, 100000}, [4]uint32{200000, 200000, 200000, 200000}
	return f
}

func dockerSpec() *specs.Spec {
	return &specs.Spec{
		Process: &specs.Process{
			Cwd: "/srv", Args: []string{"nginx"}, Env: []string{"PATH=/usr/bin:/bin", "LANG=C"},
			Capabilities: &specs.LinuxCapabilities{Bounding: dockerCaps, Effective: dockerCaps, Permitted: dockerCaps},
		},
		Linux: &specs.Linux{
			CgroupsPath: "system.slice:docker:4d6", Seccomp: &specs.LinuxSeccomp{DefaultAction: specs.ActErrno},
			Namespaces: []specs.LinuxNamespace{{Type: specs.PIDNamespace}, {Type: specs.NetworkNamespace}, {Type: specs.IPCNamespace},
				{Type: specs.UTSNamespace}, {Type: specs.MountNamespace}, {Type: specs.CgroupNamespace}},
		},
	}
}

func decide(t *testing.T, f plan.Facts, spec *specs.Spec, req plan.Request) *plan.Plan {
	t.Helper()
	if req.Args == nil {
		req.Args = []string{"true"}
	}
	p, err := plan.Decide(f, spec, req)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func sameList[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v and not %v", what, got, want)
	}
}
