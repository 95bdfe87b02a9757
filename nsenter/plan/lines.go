package plan

import (
	"fmt"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// Lines says the plan in words, in the order in which it is carried out.
func (p *Plan) Lines() []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }

	if p.TTY {
		say("open a terminal in the container's devpts and give it to UID %d", p.UID)
	}
	say("close every descriptor but %s", p.descriptors())
	for _, r := range p.Rlimits {
		say("limit %s to %d soft, %d hard", r.Name, r.Soft, r.Hard)
	}
	for _, what := range p.Without {
		say("leave out %s", what)
	}
	if p.Labels.AppArmor != "" {
		say("ask for the AppArmor profile %q on execution", p.Labels.AppArmor)
	}
	if p.Labels.SELinux != "" {
		say("ask for the SELinux context %q on execution", p.Labels.SELinux)
	}
	if len(p.Namespaces) > 0 {
		var kinds []string
		for _, n := range p.Namespaces {
			kinds = append(kinds, p.Expected.Link(n))
		}
		say("join the namespaces of process %d: %s", p.PID, strings.Join(kinds, " "))
	} else {
		say("join no namespace: process %d shares all of the caller's", p.PID)
	}
	if p.Joins(proc.User) {
		say("be user %d, group %d of the user namespace until the user is set", p.RootUID, p.RootGID)
	}
	if p.Keyring != "" {
		say("take a new session keyring %q", p.Keyring)
	}
	p.sayAttributes(say)
	say("set the umask to %04o", p.Umask)
	say("change to the directory %q", p.Cwd)
	if p.NoNewPrivs {
		say("set no_new_privs")
	}
	say("bound the capabilities to: %s", p.names(p.Caps.Bounding))
	if p.KeepGroups {
		say("keep the supplementary groups: the user namespace forbids to change them")
	} else if len(p.Groups) == 0 {
		say("have no supplementary group")
	} else {
		say("set the supplementary groups to: %s", strings.Trim(fmt.Sprint(p.Groups), "[]"))
	}
	say("become user %d, group %d", p.UID, p.GID)
	if p.Filters != 0 && !p.NoNewPrivs {
		p.sayFilters(say)
	}
	say("set the capabilities: effective %s; permitted %s; inheritable %s; ambient %s",
		p.names(p.Caps.Effective), p.names(p.Caps.Permitted), p.names(p.Caps.Inheritable), p.names(p.Caps.Ambient))
	sayCgroups(say, p.Early())
	if p.CPUs != nil {
		say("run on the CPUs %s", strings.Trim(fmt.Sprint(p.CPUs), "[]"))
	} else {
		say("run on every CPU that the cgroup allows")
	}
	if p.Scheduler != nil {
		say("be scheduled by %s", schedulerPolicies[p.Scheduler.Policy])
	}
	if p.OOMScoreAdj != nil {
		say("have the OOM score adjusted by %d", *p.OOMScoreAdj)
	}
	say("be compared, from outside, with all of this")
	sayCgroups(say, p.Late())
	say("start a session%s", map[bool]string{true: " that the terminal controls"}[p.TTY])
	if p.Filters != 0 && p.NoNewPrivs {
		p.sayFilters(say)
	}
	say("execute %q with the arguments %q", p.Path, p.Args)
	for _, e := range p.Env {
		say("environment: %q", e)
	}
	return out
}

func sayCgroups(say func(string, ...any), cgroups []Cgroup) {
	for _, c := range cgroups {
		say("be moved to the cgroup %q of %s", c.Path, hierarchy(c.Controllers))
		if c.Init != "" {
			say("or, if that takes no process, to init's: %q", c.Init)
		}
	}
}

func (p *Plan) sayAttributes(say func(string, ...any)) {
	if p.IOPriority != nil {
		say("set the I/O priority to %s %d", ioClasses[*p.IOPriority>>13], *p.IOPriority&7)
	}
	if p.Personality != nil {
		say("set the personality to %#x", *p.Personality)
	}
	if p.MemoryPolicy != nil {
		say("set the memory policy to mode %#x, nodes %s", p.MemoryPolicy.Mode, strings.Trim(fmt.Sprint(p.MemoryPolicy.Nodes), "[]"))
	}
}

func (p *Plan) descriptors() string {
	if p.PreserveFDs > 0 {
		return fmt.Sprintf("0 to %d", 2+p.PreserveFDs)
	}
	return "0, 1 and 2"
}

func (p *Plan) sayFilters(say func(string, ...any)) {
	if p.Filters < 0 {
		say("install the seccomp filters of init")
	} else {
		say("install the %d seccomp filter(s) of init", p.Filters)
	}
	if p.Listener != nil {
		say("if the last one asks a supervisor, pass its listener to %q", p.Listener.Path)
	}
}

func hierarchy(controllers []string) string {
	if len(controllers) == 0 {
		return "cgroup v2"
	}
	return strings.Join(controllers, ",")
}
