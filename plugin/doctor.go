package plugin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sidestep-dev/sidestep/nsenter"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/resolver"
	"github.com/sidestep-dev/sidestep/resolver/doctor"
)

func doctorCommand() *cli.Command {
	return showing(cli.Command{
		Name:      "doctor",
		Usage:     "say which link of a container's chain is broken",
		ArgsUsage: "[CONTAINER]",
		Description: "It looks at containerd, the shim, the OCI runtime, their files, the\n" +
			"container's cgroups and its process: how each answers, what breaks without\n" +
			"it, what to do. Without CONTAINER it looks at the host. It changes nothing,\n" +
			"and takes two seconds at most whatever hangs; --timeout before the command\n" +
			"waits longer for each answer.\n\n" +
			"Exit codes: 0 healthy; 1 degraded: something is broken, and sidestep exec\n" +
			"works (on a host: containers can be started); 2 broken; 125 when doctor\n" +
			"itself failed.",
	}, (*call).doctor, formatText, formatJSON)
}

func (c *call) doctor(ctx context.Context, format string) error {
	spread()
	report, err := c.examine(ctx)
	if err != nil {
		return err
	}
	if format == formatJSON {
		err = writeJSON(c.out, newDoctorOutput(report))
	} else {
		err = writeReport(c.out, report, c.coloured())
	}
	if code := report.Verdict().ExitCode(); err == nil && code != 0 {
		return exitStatus(code)
	}
	return err
}

func (c *call) examine(ctx context.Context) (*doctor.Report, error) {
	if os.Geteuid() != 0 {
		return nil, &failure{err: errNotRoot, hint: rootHint, code: exitFailed}
	}
	deadline := c.globals.timeout
	if deadline == 0 {
		deadline = doctor.Deadline
	}
	c.globals.timeout = deadline
	if c.globals.connectTimeout == 0 {
		c.globals.connectTimeout = deadline
	}
	r, err := c.resolver()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	config := doctor.Config{Resolver: r, Deadline: deadline, Named: c.globals.address != "", Plan: planFor, Advise: advise}
	if len(c.args) == 0 {
		return doctor.Host(ctx, config), nil
	}
	ref, err := c.container()
	if err != nil {
		return nil, err
	}
	return doctor.Container(ctx, config, ref)
}

// planFor says how a command would be entered into a target.
func planFor(target *resolver.Target) (doctor.Plan, error) {
	request := plan.Request{ID: target.Container.ID, Args: []string{"true"}}
	own, err := nsenter.LookAround()
	if err != nil {
		return doctor.Plan{}, err
	}
	p, err := nsenter.Prepare(target.Process, target.Container.Spec, request, own)
	if err != nil {
		return doctor.Plan{}, &prepareError{err}
	}
	kinds := make([]string, len(p.Namespaces))
	for i, kind := range p.Namespaces {
		kinds[i] = kind.String()
	}
	words := fmt.Sprintf("sidestep exec would join %s, as user %d:%d", joined(kinds, len(p.Cgroups)), p.UID, p.GID)
	return doctor.Plan{Words: words, CountLate: p.MayCountLate()}, nil
}

// joined says what a command would join: for a process that shares all of them
// with the caller that is nothing.
func joined(namespaces []string, cgroups int) string {
	text := "no namespace"
	if len(namespaces) > 0 {
		text = strings.Join(namespaces, ",")
	}
	switch cgroups {
	case 0:
		return text + " and no cgroup"
	case 1:
		return text + " and 1 cgroup"
	}
	return fmt.Sprintf("%s and %d cgroups", text, cgroups)
}

// advise says what to do about an error of finding or entering a container: the
// hint that exec would give, but not to call doctor, and not what another check
// has said.
func advise(err error) string {
	var connect *resolver.ConnectError
	var unknown *resolver.UnknownStateError
	switch {
	case errors.Is(err, plan.ErrFrozen):
		return "see the cgroup that is frozen, above"
	case errors.As(err, &connect) || errors.As(err, &unknown) || errors.Is(err, context.DeadlineExceeded):
		return "mend what fails above, or see sidestep ps for what runs; if a process of it runs (lsns -t pid), enter that with pid:N"
	}
	return firstHint(err, connectHint, resolverHint, prepareHint, enterHint)
}
