package differential

import (
	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

// dimensions returns the variants, in groups of those that exclude each other.
func dimensions() [][]variant {
	return [][]variant{
		identities(), capabilitySets(), newPrivileges(), seccompProfiles(), userNamespaces(), cgroupVariants(), resources(),
		limits(), oomScores(), umasks(), filesystems(), pidNamespaces(), netNamespaces(), ipcNamespaces(), utsNamespaces(),
		timeNamespaces(), cgroupNamespaces(), environs(), cwds(), schedulers(), ioPriorities(), personalities(), affinities(), memoryPolicies(), labels(),
	}
}

func identities() []variant {
	user := func(what string, u specs.User) variant {
		return variant{what: what, spec: func(s *specs.Spec, _ *world) {
			u.Umask = s.Process.User.Umask
			s.Process.User = u
		}}
	}
	return []variant{
		user("user 1000", specs.User{UID: 1000, GID: 1000}),
		user("user with groups", specs.User{UID: 1000, GID: 1000, AdditionalGids: []uint32{4242, 10, 33}}),
		user("root with groups", specs.User{AdditionalGids: []uint32{1, 2, 3, 4}}),
		user("unknown user", specs.User{UID: 4242, GID: 4343}),
	}
}

func capabilitySets() []variant {
	set := func(what string, change func(*specs.Process)) variant {
		return variant{what: what, spec: func(s *specs.Spec, _ *world) { change(s.Process) }}
	}
	net := []string{"CAP_NET_BIND_SERVICE", "CAP_NET_RAW"}
	return []variant{
		set("no capabilities", func(p *specs.Process) { p.Capabilities = &specs.LinuxCapabilities{} }),
		set("capabilities not said", func(p *specs.Process) { p.Capabilities = nil }),
		set("a bounding set that this host may lack some of", func(p *specs.Process) {
			c := *p.Capabilities
			c.Bounding = nil
			for _, name := range plan.CapabilityNames() {
				c.Bounding = append(c.Bounding, "CAP_"+name)
			}
			p.Capabilities = &c
		}),
		set("all capabilities", func(p *specs.Process) {
			p.Capabilities = &specs.LinuxCapabilities{Bounding: ours(), Effective: ours(), Permitted: ours(), Inheritable: ours()}
		}),
		set("all capabilities ambient", func(p *specs.Process) {
			p.Capabilities = &specs.LinuxCapabilities{Bounding: ours(), Effective: ours(), Permitted: ours(), Inheritable: ours(), Ambient: ours()}
		}),
		set("ambient capabilities", func(p *specs.Process) { p.Capabilities.Inheritable, p.Capabilities.Ambient = net, net }),
		set("inheritable capabilities", func(p *specs.Process) { p.Capabilities.Inheritable = net }),
		set("less effective than permitted", func(p *specs.Process) { p.Capabilities.Effective = net }),
		set("permitted beyond the bounding set", func(p *specs.Process) { p.Capabilities.Bounding = net }),
		set("an unknown capability", func(p *specs.Process) {
			p.Capabilities.Bounding = append(p.Capabilities.Bounding, "CAP_OF_THE_FUTURE")
		}),
	}
}

func newPrivileges() []variant {
	return []variant{{what: "no_new_privs", spec: func(s *specs.Spec, _ *world) { s.Process.NoNewPrivileges = true }}}
}

func umasks() []variant {
	umask := func(what string, mask uint32) variant {
		return variant{what: what, spec: func(s *specs.Spec, _ *world) { s.Process.User.Umask = &mask }}
	}
	return []variant{umask("umask 0027", 0o027), umask("umask 0", 0)}
}

func oomScores() []variant {
	score := func(what string, adj int) variant {
		return variant{what: what, spec: func(s *specs.Spec, _ *world) { s.Process.OOMScoreAdj = &adj }}
	}
	return []variant{score("OOM score 500", 500), score("OOM score 0", 0)}
}

func environs() []variant {
	env := func(what string, entries ...string) variant {
		return variant{what: what, spec: func(s *specs.Spec, _ *world) { s.Process.Env = entries }}
	}
	return []variant{
		env("duplicate variables", "PATH=/nowhere", "A=1", "B=2", "A=3", "PATH=/bin:/sbin", "B=2"),
		env("empty and odd variables", "EMPTY=", "N=a\nb\n", "PATH=/bin", "TERM=vt52", "q=\"'\\ $x", "a b=c"),
		env("an empty HOME", "PATH=/bin", "HOME="),
		env("a HOME", "HOME=/home/x", "PATH=/bin"),
		env("no variables"),
	}
}

func cwds() []variant {
	cwd := func(what, dir string) variant {
		return variant{what: what, spec: func(s *specs.Spec, _ *world) { s.Process.Cwd = dir }}
	}
	return []variant{cwd("cwd", "/desk"), cwd("cwd a symlink", "/link"), cwd("cwd to be made", "/made/by/runc"), cwd("cwd secret", "/secret")}
}
