package doctor

import (
	"errors"
	"slices"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver"
	"github.com/sidestep-dev/sidestep/resolver/bundle"
	"github.com/sidestep-dev/sidestep/resolver/health"
)

// places returns the directories in which those write who look after the
// container.
func (c chain) places() []place {
	places := []place{{dir: "/run", holds: "states and sockets", breaks: []health.Use{health.Exec, health.Create}}}
	if c.bundle.Dir != "" {
		places = append(places, place{dir: c.stateDir(), holds: "bundles", breaks: []health.Use{health.Exec, health.Create}})
		if root, _ := within(fileDeadline, func() string { return rootOfDaemon(c.bundle) }); root != "" {
			places = append(places, place{dir: root, holds: "images and snapshots", breaks: []health.Use{health.Create}})
		}
	}
	if len(c.roots) > 0 {
		places = append(places, place{dir: c.roots[0], holds: "the runtime's states", breaks: []health.Use{health.Exec, health.Create}})
	}
	return places
}

// stateDir returns the directory that holds the bundles of all containers, or
// at least this one's.
func (c chain) stateDir() string {
	if _, ok := bundle.At(c.bundle.Dir); ok {
		return c.bundle.StateOf()
	}
	return c.bundle.Dir
}

// limits looks at the cgroups of a container.
func limits(target *resolver.Target) seen {
	if target == nil {
		return seen{}
	}
	unknown := func(id string, err error) health.Check {
		return health.Check{ID: id, Status: health.Unknown, Evidence: "cannot be read: " + err.Error(), Advice: "run it on the host, with its cgroup file systems"}
	}
	found, err := cgroupsOf(target.Process)
	if errors.Is(err, proc.ErrGone) {
		return seen{} // that has a check of its own
	}
	if err != nil {
		return checks(unknown("cgroup.frozen", err))
	}
	var s seen
	add := func(id string, err error, check func() health.Check) {
		if err != nil {
			s.checks = append(s.checks, unknown(id, err))
			return
		}
		s.checks = append(s.checks, check())
	}
	freezer, err := found.frozen()
	freezer.Filtered = freezer.Frozen && filtered(target.Process)
	add("cgroup.frozen", err, freezer.Paused)
	pids, err := found.pids()
	add("cgroup.pids", err, pids.Pids)
	memory, err := found.memory()
	add("cgroup.memory", err, memory.Memory)
	oom, err := found.oom()
	add("cgroup.oom", err, oom.OOM)
	return s
}

// filtered reports whether a process has a seccomp filter. What cannot be read
// is taken for one: then more options are named than may be needed.
func filtered(p *proc.Process) bool {
	status, err := p.Status()
	return err != nil || status.SeccompMode == proc.SeccompFilter
}

// namespaces looks at the namespaces of a container beside the host's.
func namespaces(p *proc.Process) health.Check {
	theirs, err := p.Namespaces()
	if err != nil {
		return health.Namespaces(nil, nil, err)
	}
	self, err := proc.Self()
	if err != nil {
		return health.Namespaces(nil, nil, err)
	}
	defer self.Close()
	ours, err := self.Namespaces()
	if err != nil {
		return health.Namespaces(nil, nil, err)
	}
	var own, shared []string
	differ := theirs.Differ(ours)
	for _, kind := range proc.Kinds() {
		switch {
		case slices.Contains(differ, kind):
			own = append(own, kind.String())
		case theirs[kind] != (proc.ID{}):
			shared = append(shared, kind.String())
		}
	}
	return health.Namespaces(own, shared, nil)
}

// notify looks for system calls about which the container's seccomp filter
// asks a supervisor (seccomp_unotify(2)).
func (l *looking) notify(spec *specs.Spec) []health.Check {
	if spec == nil || spec.Linux == nil || spec.Linux.Seccomp == nil {
		return nil
	}
	var names []string
	if spec.Linux.Seccomp.DefaultAction == specs.ActNotify {
		names = append(names, "all others")
	}
	for _, s := range spec.Linux.Seccomp.Syscalls {
		if s.Action == specs.ActNotify {
			names = append(names, s.Names...)
		}
	}
	if len(names) == 0 {
		return nil
	}
	var supervisor health.Answer
	if path := spec.Linux.Seccomp.ListenerPath; path != "" {
		_, supervisor = connect(path, l.wait()/2)
	}
	return []health.Check{health.Notify(supervisor, names)}
}
