package differential

import (
	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func limits() []variant {
	limit := func(what string, list ...specs.POSIXRlimit) variant {
		return variant{what: what, spec: func(s *specs.Spec, _ *world) { s.Process.Rlimits = list }}
	}
	return []variant{
		limit("open files", specs.POSIXRlimit{Type: "RLIMIT_NOFILE", Soft: 1024, Hard: 2048}),
		limit("few open files", specs.POSIXRlimit{Type: "RLIMIT_NOFILE", Soft: 64, Hard: 64}),
		limit("many limits", specs.POSIXRlimit{Type: "RLIMIT_CORE"}, specs.POSIXRlimit{Type: "RLIMIT_NPROC", Soft: 100, Hard: 200},
			specs.POSIXRlimit{Type: "RLIMIT_STACK", Soft: 1 << 20, Hard: 8 << 20}, specs.POSIXRlimit{Type: "RLIMIT_FSIZE", Soft: 1 << 30, Hard: 1 << 30},
			specs.POSIXRlimit{Type: "RLIMIT_MEMLOCK", Soft: 4096, Hard: 65536}, specs.POSIXRlimit{Type: "RLIMIT_SIGPENDING", Soft: 50, Hard: 60},
			specs.POSIXRlimit{Type: "RLIMIT_MSGQUEUE", Soft: 50, Hard: 60}, specs.POSIXRlimit{Type: "RLIMIT_NICE", Soft: 0, Hard: 0},
			specs.POSIXRlimit{Type: "RLIMIT_RTPRIO", Soft: 0, Hard: 0}, specs.POSIXRlimit{Type: "RLIMIT_LOCKS", Soft: 10, Hard: 20},
			specs.POSIXRlimit{Type: "RLIMIT_CPU", Soft: 1000, Hard: 2000}, specs.POSIXRlimit{Type: "RLIMIT_RTTIME", Soft: 1000000, Hard: 2000000},
			specs.POSIXRlimit{Type: "RLIMIT_RSS", Soft: 1000, Hard: 2000}, specs.POSIXRlimit{Type: "RLIMIT_DATA", Soft: 1 << 32, Hard: 1 << 33},
			specs.POSIXRlimit{Type: "RLIMIT_AS", Soft: 1 << 36, Hard: 1 << 36}),
	}
}

func filesystems() []variant {
	change := func(what string, f func(*specs.Spec)) variant {
		return variant{what: what, spec: func(s *specs.Spec, _ *world) { f(s) }}
	}
	return []variant{
		change("read-only root", func(s *specs.Spec) { s.Root.Readonly = true }),
		change("more masked and read-only paths", func(s *specs.Spec) {
			s.Linux.MaskedPaths = append(s.Linux.MaskedPaths, "/etc/hostname", "/proc/timer_list", "/home")
			s.Linux.ReadonlyPaths = append(s.Linux.ReadonlyPaths, "/proc/irq", "/desk")
		}),
		change("nothing masked", func(s *specs.Spec) { s.Linux.MaskedPaths, s.Linux.ReadonlyPaths = nil, nil }),
		change("no /sys", func(s *specs.Spec) { testbed.WithoutMount(s, "/sys") }),
		change("a terminal's group", func(s *specs.Spec) {
			for i := range s.Mounts {
				if s.Mounts[i].Destination == "/dev/pts" {
					s.Mounts[i].Options = append(s.Mounts[i].Options, "gid=5")
				}
			}
		}),
	}
}
