package differential

import (
	"github.com/opencontainers/runtime-spec/specs-go"
)

func seccompProfiles() []variant {
	profile := func(what string, change func(*specs.Spec, *world)) variant { return variant{what: what, spec: change} }
	return []variant{
		profile("default seccomp profile", func(s *specs.Spec, w *world) { s.Linux.Seccomp = w.profile }),
		profile("default seccomp profile and no_new_privs", func(s *specs.Spec, w *world) {
			s.Linux.Seccomp, s.Process.NoNewPrivileges = w.profile, true
		}),
		profile("seccomp with every action", func(s *specs.Spec, _ *world) { s.Linux.Seccomp = everyAction() }),
		profile("seccomp with arguments", func(s *specs.Spec, _ *world) { s.Linux.Seccomp = arguments() }),
		profile("seccomp with arguments, a user, no_new_privs", func(s *specs.Spec, _ *world) {
			s.Linux.Seccomp, s.Process.NoNewPrivileges = arguments(), true
			s.Process.User = specs.User{UID: 1000, GID: 1000}
		}),
		profile("seccomp without privileges", func(s *specs.Spec, w *world) {
			s.Linux.Seccomp, s.Process.Capabilities = w.profile, &specs.LinuxCapabilities{}
		}),
		profile("seccomp that denies what comes after it", func(s *specs.Spec, _ *world) { s.Linux.Seccomp = denyPrivileged() }),
		profile("seccomp with log flag", func(s *specs.Spec, _ *world) {
			s.Linux.Seccomp = everyAction()
			s.Linux.Seccomp.Flags = []specs.LinuxSeccompFlag{specs.LinuxSeccompFlagLog}
		}),
		profile("seccomp without flags", func(s *specs.Spec, _ *world) {
			s.Linux.Seccomp = everyAction()
			s.Linux.Seccomp.Flags = []specs.LinuxSeccompFlag{} // runc has SPEC_ALLOW by default
		}),
		profile("seccomp with a supervisor", func(s *specs.Spec, w *world) { s.Linux.Seccomp = asking(w.agent.path, "sethostname") }),
		profile("seccomp with a supervisor and no_new_privs", func(s *specs.Spec, w *world) {
			s.Linux.Seccomp, s.Process.NoNewPrivileges = asking(w.agent.path, "setsid", "close"), true
		}),
		profile("empty seccomp profile", func(s *specs.Spec, _ *world) {
			s.Linux.Seccomp = &specs.LinuxSeccomp{DefaultAction: specs.ActAllow}
		}),
	}
}

// everyAction is a profile of two architectures with each action but notify,
// which takes an agent: that is in asking.
func everyAction() *specs.LinuxSeccomp {
	quota, fallback := uint(77), uint(38)
	rule := func(action specs.LinuxSeccompAction, ret *uint, names ...string) specs.LinuxSyscall {
		return specs.LinuxSyscall{Names: names, Action: action, ErrnoRet: ret}
	}
	return &specs.LinuxSeccomp{
		DefaultAction: specs.ActAllow, DefaultErrnoRet: &fallback,
		Architectures: []specs.Arch{specs.ArchX86_64, specs.ArchX86, specs.ArchX32, specs.ArchAARCH64, specs.ArchARM},
		Syscalls: []specs.LinuxSyscall{
			rule(specs.ActErrno, &quota, "mkdir", "mkdirat", "no_such_system_call"),
			rule(specs.ActErrno, nil, "kexec_load", "get_mempolicy"),
			rule(specs.ActKill, nil, "reboot"),
			rule(specs.ActKillProcess, nil, "swapon"),
			rule(specs.ActKillThread, nil, "swapoff"),
			rule(specs.ActLog, nil, "getppid"),
			rule(specs.ActTrap, nil, "acct"),
			rule(specs.ActTrace, nil, "quotactl"),
		},
	}
}

// arguments is a profile with each comparison of arguments, several for one
// system call among them.
func arguments() *specs.LinuxSeccomp {
	eperm := uint(1)
	rule := func(name string, args ...specs.LinuxSeccompArg) specs.LinuxSyscall {
		return specs.LinuxSyscall{Names: []string{name}, Action: specs.ActErrno, ErrnoRet: &eperm, Args: args}
	}
	arg := func(index uint, value, two uint64, op specs.LinuxSeccompOperator) specs.LinuxSeccompArg {
		return specs.LinuxSeccompArg{Index: index, Value: value, ValueTwo: two, Op: op}
	}
	return &specs.LinuxSeccomp{
		DefaultAction: specs.ActAllow, Architectures: []specs.Arch{specs.ArchX86_64, specs.ArchX86, specs.ArchAARCH64},
		Syscalls: []specs.LinuxSyscall{
			rule("unshare", arg(0, 0x10000000, 0x10000000, specs.OpMaskedEqual)),
			rule("socket", arg(0, 40, 0, specs.OpGreaterEqual), arg(0, 44, 0, specs.OpLessEqual)),
			rule("personality", arg(0, 0xffffffff, 0, specs.OpNotEqual), arg(0, 0x100, 0, specs.OpGreaterThan)),
			rule("prctl", arg(0, 0x59616d61, 0, specs.OpEqualTo), arg(1, 5, 0, specs.OpLessThan)),
			rule("ioctl", arg(1, 0x5412, 0, specs.OpEqualTo)),
			rule("keyctl", arg(0, 20, 0, specs.OpEqualTo)),
		},
	}
}

// denyPrivileged denies the calls that a runtime makes after it has installed
// the filter, when there is no no_new_privs, and does not need.
func denyPrivileged() *specs.LinuxSeccomp {
	return &specs.LinuxSeccomp{
		DefaultAction: specs.ActAllow, Architectures: []specs.Arch{specs.ArchX86_64, specs.ArchAARCH64},
		Syscalls: []specs.LinuxSyscall{{Action: specs.ActErrno, Names: []string{
			"setns", "unshare", "mount", "umount2", "pivot_root", "chroot", "ptrace", "seccomp", "keyctl", "add_key", "request_key", "setsid",
			"sched_setattr", "ioprio_set", "personality", "set_mempolicy", "sched_setaffinity", "umask", "pidfd_open",
		}}},
	}
}
