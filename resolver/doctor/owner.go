package doctor

import (
	"context"
	"slices"

	"github.com/sidestep-dev/sidestep/resolver/health"
)

// daemonOf returns the daemon that the container is one of, as far as that is
// known: one that has told of it, or the one that its shim names, which had that
// address when the shim was started.
func (l *looking) daemonOf(ctx context.Context, c chain) *daemon {
	if !c.byShim() && c.container.ID != "" {
		return nil // Podman's and CRI-O's are no containerd's
	}
	told := func(d *daemon) bool { return c.container.Source == "containerd at "+d.address }
	if i := slices.IndexFunc(l.daemons, func(d *daemon) bool { return told(d) && d.answers() }); i >= 0 {
		return l.daemons[i]
	}
	if c.monitor != nil && c.monitor.Address != "" {
		if d := l.daemonAt(ctx, c.monitor.Address); d != nil {
			return d
		}
	}
	if len(l.daemons) == 1 {
		return l.daemons[0]
	}
	if i := slices.IndexFunc(l.daemons, told); i >= 0 {
		return l.daemons[i]
	}
	return nil
}

// daemonChecks returns the checks of the container's daemon. While it is not
// known which that is, it may be each of them.
func (l *looking) daemonChecks(ctx context.Context, d *daemon, c chain) []health.Check {
	switch {
	case d != nil:
		return d.checks
	case !c.byShim() && (c.container.ID != "" || c.init > 0):
		return nil // no containerd knows it
	}
	l.collectFurther(ctx)
	var all []health.Check
	for _, d := range l.daemons {
		all = append(all, d.checks...)
	}
	// A reference that nobody was there to ask about needs a reason.
	unknown := c.container.ID == "" && !slices.ContainsFunc(all, func(c health.Check) bool { return c.Status == health.Fail })
	if _, err := l.Resolver.Addresses(); len(l.daemons) == 0 || unknown && err != nil {
		all = append(all, l.noDaemon())
	}
	return all
}
