package containers

import (
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// confined are containers that differ in what the spec says of the process.
var confined = map[string]testbed.Container{
	"ctr's own spec":    {},
	"ctr privileged":    {Flags: []string{"--privileged"}},
	"ctr seccomp":       {Flags: []string{"--seccomp"}},
	"ctr host network":  {Flags: []string{"--net-host"}},
	"ctr without pivot": {Flags: []string{"--no-pivot"}},
	"ctr limits":        {Flags: []string{"--memory-limit", "67108864", "--cpus", "0.5"}},
	"plain":             {Spec: func(*specs.Spec) {}},
	"user, groups, env, cwd": {Spec: func(s *specs.Spec) {
		s.Process.User = specs.User{UID: 1000, GID: 1000, AdditionalGids: []uint32{10, 33, 4242}}
		s.Process.Env = append(s.Process.Env, "GREETING=hello, world", "EMPTY=", "HOME=/home/dev")
		s.Process.Cwd = "/home/dev"
	}},
	"no caps":  {Spec: func(s *specs.Spec) { s.Process.Capabilities = &specs.LinuxCapabilities{} }},
	"few caps": {Spec: fewCapabilities},
	"ambient": {Spec: func(s *specs.Spec) {
		s.Process.User = specs.User{UID: 33, GID: 33}
		s.Process.Capabilities.Inheritable = []string{"CAP_NET_BIND_SERVICE"}
		s.Process.Capabilities.Ambient = []string{"CAP_NET_BIND_SERVICE"}
	}},
	"no_new_privs": {Spec: func(s *specs.Spec) { s.Process.NoNewPrivileges = true }},
	"limits": {Spec: func(s *specs.Spec) {
		s.Process.Rlimits = []specs.POSIXRlimit{{Type: "RLIMIT_NPROC", Soft: 256, Hard: 512}, {Type: "RLIMIT_CORE"}}
	}},
	"oom_score_adj": {Spec: func(s *specs.Spec) { adj := 500; s.Process.OOMScoreAdj = &adj }},
	"one CPU":       {Spec: func(s *specs.Spec) { s.Linux.Resources = &specs.LinuxResources{CPU: &specs.LinuxCPU{Cpus: "0"}} }},
	"own cgroup namespace": {Spec: func(s *specs.Spec) {
		s.Linux.Namespaces = append(s.Linux.Namespaces, specs.LinuxNamespace{Type: specs.CgroupNamespace})
	}},
	"seccomp":                   {Spec: denyMkdir},
	"seccomp and no_new_privs":  {Spec: func(s *specs.Spec) { denyMkdir(s); s.Process.NoNewPrivileges = true }},
	"seccomp for a common user": {Spec: func(s *specs.Spec) { denyMkdir(s); s.Process.User = specs.User{UID: 1000, GID: 1000} }},
}

func fewCapabilities(s *specs.Spec) {
	few := []string{"CAP_CHOWN", "CAP_KILL"}
	s.Process.Capabilities = &specs.LinuxCapabilities{Bounding: few, Permitted: few, Effective: few[:1]}
}

// denyMkdir is a seccomp filter that lets everything pass but the making of
// directories.
func denyMkdir(s *specs.Spec) {
	s.Linux.Seccomp = &specs.LinuxSeccomp{
		DefaultAction: specs.ActAllow,
		Architectures: []specs.Arch{specs.ArchX86_64, specs.ArchX86, specs.ArchAARCH64},
		Syscalls: []specs.LinuxSyscall{
			{Names: []string{"mkdir", "mkdirat", "no_such_system_call"}, Action: specs.ActErrno},
		},
	}
}

func TestConfinement(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		for name, container := range confined {
			t.Run(name, func(t *testing.T) {
				sameAsRuntime(t, bed, bed.Run(t, container))
			})
		}
	})
}

// TestSeccompFilter: the filter is in force, not only counted.
func TestSeccompFilter(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{Spec: denyMkdir})
		r := bed.Sidestep(t, "exec", c.ID, "mkdir", "/tmp/made")
		testbed.Equal(t, "mkdir's exit code", r.Code, 1)
		testbed.Equal(t, "mkdir's message", r.Stderr, "mkdir: can't create directory '/tmp/made': Operation not permitted\n")
	})
}
