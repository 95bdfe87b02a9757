package plan

import (
	"fmt"
	"strings"
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
	if len(p.Namespaces) > 0 {
		var kinds []string
		for _, n := range p.Namespaces {
			kinds = append(kinds, p.Expected.Link(n))
		}
		say("join the namespaces of process %d: %s", p.PID, strings.Join(kinds, " "))
	} else {
		say("join no namespace: process %d shares all of the caller's", p.PID)
	}
	say("set the umask to %04o", p.Umask)
	say("change to the directory %q", p.Cwd)
	if p.NoNewPrivs {
		say("set no_new_privs")
	}
	if p.Filters != 0 && !p.NoNewPrivs {
		say("install %s", p.filters())
	}
	say("bound the capabilities to: %s", names(p.Caps.Bounding))
	if p.KeepGroups {
		say("keep the supplementary groups: the user namespace forbids to change them")
	} else {
		say("set the supplementary groups to: %s", strings.Trim(fmt.Sprint(p.Groups), "[]"))
	}
	say("become user %d, group %d", p.UID, p.GID)
	say("set the capabilities: effective %s; permitted %s; inheritable %s; ambient %s",
		names(p.Caps.Effective), names(p.Caps.Permitted), names(p.Caps.Inheritable), names(p.Caps.Ambient))
	for _, c := range p.Cgroups {
		say("be moved to the cgroup %q of %s", c.Path, hierarchy(c.Controllers))
	}
	if p.OOMScoreAdj != nil {
		say("have the OOM score adjusted by %d", *p.OOMScoreAdj)
	}
	say("be compared, from outside, with all of this")
	say("start a session%s", map[bool]string{true: " that the terminal controls"}[p.TTY])
	if p.Filters != 0 && p.NoNewPrivs {
		say("install %s", p.filters())
	}
	say("execute %q with the arguments %q", p.Path, p.Args)
	for _, e := range p.Env {
		say("environment: %q", e)
	}
	return out
}

func (p *Plan) descriptors() string {
	if p.PreserveFDs > 0 {
		return fmt.Sprintf("0 to %d", 2+p.PreserveFDs)
	}
	return "0, 1 and 2"
}

func (p *Plan) filters() string {
	if p.Filters < 0 {
		return "the seccomp filters of init"
	}
	return fmt.Sprintf("the %d seccomp filter(s) of init", p.Filters)
}

func hierarchy(controllers []string) string {
	if len(controllers) == 0 {
		return "cgroup v2"
	}
	return strings.Join(controllers, ",")
}
