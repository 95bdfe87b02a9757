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
	ctx, cancel := context.WithTimeout(ctx, stopDeadline)
	defer cancel()
	filters, err := sys.CopyFilters(ctx, target.PID())
	if err == nil {
		err = checkFilters(filters, p.Filters)
	}
	if err == nil {
		err = target.Alive() // else the filters may be those of another process
	}
	if err != nil {
		return nil, &FiltersError{Err: err}
	}
	return filters, nil
}

func checkFilters(filters []sys.Filter, want int) error {
	if len(filters) == 0 || want > 0 && len(filters) != want {
		return errors.New("their number changed meanwhile")
	}
	for _, f := range filters {
		if f.Notifies() {
			return errors.New("they ask a supervisor, which only the container's runtime can provide")
		}
	}
	return nil
}
