package nsenter

import (
	"context"
	"errors"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// stopDeadline bounds the wait for init to stop, which takes microseconds
// unless init is frozen or waits uninterruptibly.
const stopDeadline = time.Second

// copyFilters returns the seccomp filters of init that the plan asks for.
func copyFilters(ctx context.Context, target *proc.Process, p *plan.Plan) ([]sys.Filter, error) {
	if p.Filters == 0 {
		return nil, nil
	}
	filters, err := sys.CopyFilters(ctx, target.PID(), stopDeadline)
	if err == nil {
		filters, err = chooseFilters(filters, p)
	}
	if err == nil {
		err = target.Alive() // else the filters may be those of another process
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, &FiltersError{Err: err}
	}
	return filters, nil
}

// errTraceable says why filters that deny the steps before the command cannot
// be put off: the process would wait for them with CAP_SYS_ADMIN where the
// container can take hold of it.
var errTraceable = errors.New("they deny what comes before the command, and the container may trace a process that waits for them")

// chooseFilters returns the oldest of the filters, as many as the plan wants or
// all for -1, with the flags that the kernel does not tell. Those that came
// after them are of init's own making.
func chooseFilters(filters []sys.Filter, p *plan.Plan) ([]sys.Filter, error) {
	want := p.Filters
	if len(filters) == 0 || len(filters) < want {
		return nil, errors.New("init has fewer of them than its container's record says")
	}
	if want > 0 {
		filters = filters[:want]
	}
	if p.SpecAllow {
		for i := range filters {
			filters[i] = filters[i].WithSpecAllow()
		}
	}
	return filters, askForListener(filters, p.Listener)
}
