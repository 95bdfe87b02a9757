package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver"
	"github.com/sidestep-dev/sidestep/resolver/health"
	"github.com/sidestep-dev/sidestep/resolver/procfs"
)

// Config says how to look.
type Config struct {
	Resolver *resolver.Resolver
	Deadline time.Duration // for each look; 0: 800 ms
	Named    bool          // the resolver asks one daemon, which the caller has named: other daemons' shims do not matter

	// Plan says how a target would be entered, or why it would not be.
	Plan func(*resolver.Target) (Plan, error)
	// Advise says what to do about an error of finding or entering a container.
	Advise func(error) string
}

// Plan is how a target would be entered.
type Plan struct {
	Words     string
	CountLate bool // also where the container has as many processes as it may (pids.max)
}

// The time for a whole look, in multiples of the deadline: one to find the
// container and one to look at it. What has to start a program takes longest
// where all processors are busy, and may take what is left of it.
const lookDeadlines = 2

// finding is how long a container may take to be found: on a machine that is
// busy that takes some of the time of the looks at it, but half a deadline.
func (l *looking) finding() time.Duration { return l.Deadline * 3 / 2 }

// Deadline is so short that a report that needs two of them, one to find
// the container and one to look at it, takes less than two seconds.
const Deadline = 800 * time.Millisecond

// Report is what was found out about a container, or about the host.
type Report struct {
	health.Report
	Container *resolver.Container // nil: it is about the host, or the container is not known
	PID       int                 // of the container's first process; 0: not known
	State     resolver.State
	Source    string // who named the PID
	Took      time.Duration
	About     string // what it is about, in words, when that is no container
}

// Container looks at all that the container depends on. The error is that of
// the reference: it is none, means nothing, or means several containers.
// Everything else that goes wrong is in the report.
func Container(ctx context.Context, config Config, ref resolver.Reference) (*Report, error) {
	began := time.Now()
	l := newLook(config)
	defer l.close()
	found := l.find(ctx, ref)
	if found.target != nil {
		defer found.target.Close()
	}
	if isReference(found.err) {
		return nil, found.err
	}
	report := &Report{State: resolver.Unknown, About: fmt.Sprintf("container %q, of which no more is known", ref)}
	report.Checks = l.container(ctx, found)
	if found.container.ID != "" {
		report.Container = &found.container
	}
	if t := found.target; t != nil {
		report.PID, report.State, report.Source = t.Process.PID(), t.State, t.Source
	}
	var state *resolver.StateError
	if errors.As(found.err, &state) {
		report.State = state.State
	}
	report.Took = time.Since(began)
	return report, nil
}

// looking is one look at the host.
type looking struct {
	Config
	began    time.Time
	daemons  []*daemon
	further  []visit // to daemons that only a shim names, until somebody waits for them
	monitors []procfs.Monitor
}

func newLook(config Config) *looking {
	if config.Deadline <= 0 {
		config.Deadline = Deadline
	}
	return &looking{Config: config, began: time.Now()}
}

// wait returns how long a look at something may take: as a rule the deadline,
// and less when much time went by before it. What hangs takes the slack too.
func (l *looking) wait() time.Duration {
	left := lookDeadlines*l.Deadline - slack - time.Since(l.began)
	return min(l.Deadline, max(l.Deadline/2, left))
}

// rest returns how long a look may take that may take all that is left.
func (l *looking) rest() time.Duration {
	return max(l.wait(), lookDeadlines*l.Deadline-time.Since(l.began))
}

// found is what the reference led to.
type found struct {
	container resolver.Container
	target    *resolver.Target // nil: there is no process to enter
	err       error            // why
	took      time.Duration
	late      bool // there was no time to find out
}

// life returns what is known of the container's process.
func (f found) life() health.Life {
	var state *resolver.StateError
	switch {
	case f.target != nil:
		return health.Running
	case errors.As(f.err, &state):
		return health.Idle
	}
	return health.Unsure
}

// find resolves the reference while it looks at the daemons and at the host's
// shims.
func (l *looking) find(ctx context.Context, ref resolver.Reference) found {
	results := make(chan found, 1)
	go func() {
		ctx, cancel := context.WithTimeout(ctx, l.finding())
		defer cancel()
		began := time.Now()
		target, err := l.Resolver.Target(ctx, ref)
		f := found{target: target, err: err, took: time.Since(began), container: namedBy(err)}
		f.late = isLate(err)
		if target != nil {
			f.container = target.Container
		}
		results <- f
	}()
	l.survey(ctx)
	select {
	case f := <-results:
		return f
	case <-time.After(l.finding() + slack - time.Since(l.began)):
		err := fmt.Errorf("find the container's process: %w", context.DeadlineExceeded)
		return found{err: err, took: l.finding(), late: true}
	}
}

// isLate reports whether an error of the resolver is no answer: it had too
// little time.
func isLate(err error) bool {
	return errors.Is(err, resolver.ErrLate) || errors.Is(err, context.DeadlineExceeded)
}

// namedBy returns the container that an error of the resolver is about.
func namedBy(err error) resolver.Container {
	var state *resolver.StateError
	var unknown *resolver.UnknownStateError
	var gone *resolver.GoneError
	var namespace *resolver.PIDNamespaceError
	switch {
	case errors.As(err, &state):
		return state.Container
	case errors.As(err, &unknown):
		return unknown.Container
	case errors.As(err, &gone):
		return gone.Container
	case errors.As(err, &namespace):
		return namespace.Container
	}
	return resolver.Container{}
}

// hidden says why the host's processes cannot be seen, if an error of the resolver
// says that.
func hidden(err error) error {
	var namespace *resolver.PIDNamespaceError
	if errors.As(err, &namespace) {
		return namespace.Err
	}
	return nil
}

// isReference reports whether it is the reference that is wrong, as far as
// those who know containers have answered.
func isReference(err error) bool {
	var ambiguous *resolver.AmbiguousError
	var reference *resolver.ReferenceError
	var missing *resolver.NotFoundError
	return errors.As(err, &ambiguous) || errors.As(err, &reference) || errors.As(err, &missing) && len(missing.Unanswered) == 0
}

// container makes the checks of a container.
func (l *looking) container(ctx context.Context, f found) []health.Check {
	var init int
	var start uint64
	if f.target != nil {
		init, start = f.target.Process.PID(), f.target.Process.StartTime()
	}
	c := newChain(f.container, init, start, l.monitors)
	c.life, c.hidden = f.life(), hidden(f.err)
	if !c.known() {
		looking, cancel := context.WithTimeout(ctx, l.wait())
		defer cancel()
		c.add(l.Resolver.Left(looking, f.container))
	}
	inside := make(chan seen, 1)
	go func() { inside <- run(l.inside(f)...) }()
	daemon := l.daemonOf(ctx, c)
	all := slices.Clone(l.daemonChecks(ctx, daemon, c))
	if f.container.ID != "" {
		outside := run(l.outside(ctx, daemon, c)...)
		all = append(all, outside.checks...)
		if check, ok := health.Agree(outside.names); ok {
			all = append(all, check)
		}
		if f.target == nil {
			all = append(all, endedOf(outside.names, c)...)
		}
	}
	within := <-inside
	for _, check := range within.checks {
		if within.late {
			check = check.Uncounted()
		}
		all = append(all, check)
	}
	return all
}

// endedOf looks at the process that all name of a container that has none to
// enter: it has ended, and is a zombie while nobody has waited for it. That a
// container is stopped is said once, by what says that it cannot be entered.
func endedOf(names []health.Naming, c chain) []health.Check {
	for _, n := range names {
		if c.hidden != nil {
			return []health.Check{health.Init{Process: health.Process{PID: n.PID, Hidden: c.hidden}}.Runs()}
		}
		p := processOf(n.PID)
		if p.State == 'Z' || p.State == 0 && c.life != health.Idle {
			return []health.Check{health.Init{Process: p}.Runs()}
		}
	}
	return nil
}

// outside are the looks at those who look after a container.
func (l *looking) outside(ctx context.Context, d *daemon, c chain) []probe {
	wait := l.wait()
	return []probe{
		{"containerd.metadata", wait, health.Daemon.Breaks, func() seen { return l.metadata(ctx, d, c) }},
		{"docker.api", wait, health.Daemon.Breaks, func() seen { return l.docker(c) }},
		{"shim.process", wait, health.Shim.Breaks, func() seen { return l.monitor(ctx, c) }},
		{"shim.socket", wait, health.Shim.Breaks, func() seen { return l.shim(ctx, c) }},
		{"containerd.task", wait, health.Daemon.Breaks, func() seen { return l.task(ctx, d, c) }},
		{"disk.space", wait, health.Daemon.Breaks, func() seen { return checks(disks(wait, c.places())...) }},
		{"runtime.binary", l.rest(), health.Shim.Breaks, func() seen { return l.runtimeBinary(d, c) }},
		{"runtime.state", wait, health.Shim.Breaks, c.runtimeState},
		{"bundle", wait, health.Shim.Breaks, c.bundleState},
	}
}

// inside are the looks at the container itself.
func (l *looking) inside(f found) []probe {
	enter, wait := []health.Use{health.Enter}, l.wait()
	return []probe{
		{"init.process", wait, enter, func() seen { return l.initOf(f) }},
		{"cgroup.frozen", wait, enter, func() seen { return limits(f.target) }},
		{"enter", wait, enter, func() seen { return l.entry(f) }},
	}
}

// entry judges whether sidestep would get in.
func (l *looking) entry(f found) seen {
	e := health.Entry{Took: f.took, Err: f.err, Late: f.late}
	var plan Plan
	if f.target != nil && l.Plan != nil {
		began := time.Now()
		plan, e.Err = l.Plan(f.target)
		e.Plan = plan.Words
		e.Took += time.Since(began)
	}
	if e.Err != nil && l.Advise != nil {
		e.Advice = l.Advise(e.Err)
	}
	s := checks(e.Works())
	s.late = plan.CountLate
	return s
}

// initOf looks at the container's first process and its namespaces.
func (l *looking) initOf(f found) seen {
	if f.target == nil {
		return seen{} // see endedOf
	}
	p := f.target.Process
	init := health.Init{Process: processOf(p.PID())}
	if p.Alive() != nil && init.State != 'Z' {
		init.State = 0
	}
	if c, err := cgroupsOf(p); err == nil {
		freezer, _ := c.frozen() // what cannot be read has a check of its own
		init.Frozen = freezer.Frozen
	}
	if status, err := p.Status(); err == nil {
		init.Filtered = status.SeccompMode == proc.SeccompFilter
	}
	s := checks(init.Runs())
	if init.State != 0 && init.State != 'Z' {
		s.checks = append(s.checks, namespaces(p))
	}
	s.checks = append(s.checks, l.notify(f.container.Spec)...)
	return s
}
