package plugin

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/sidestep-dev/sidestep/nsenter"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/plugin/escape"
	"github.com/sidestep-dev/sidestep/resolver"
)

func execCommand() *cli.Command {
	o := &execOptions{}
	return &cli.Command{
		Name:      "exec",
		Usage:     "run a command in a container",
		ArgsUsage: "CONTAINER [--] [COMMAND ARG…]",
		Description: "The command gets what the container's own processes have: namespaces,\n" +
			"cgroups, user, capabilities, seccomp filter, environment. Without COMMAND it\n" +
			"is the login shell of the container's user. Options end at CONTAINER.",
		Flags:           o.flags(),
		SkipFlagParsing: true,
		HideHelpCommand: true,
		Action: action(flagsFirst, func(ctx context.Context, c *call) error {
			return c.exec(ctx, o)
		}),
	}
}

// exec is the story of the tool.
func (c *call) exec(ctx context.Context, o *execOptions) error {
	request, err := c.request(o)
	if err != nil {
		return err
	}
	early, err := c.listenEarly(request)
	if err != nil {
		return err
	}
	starting := early.watch(ctx)
	defer early.over()
	search, err := c.search(starting, request.container)
	if err != nil {
		return err
	}
	c.hurry() // there is time for this, and the next, until the daemons have answered
	own, errOwn := nsenter.LookAround()
	target, err := search.target(starting)
	if starting.Err() != nil {
		err = context.Cause(starting)
	}
	if err != nil {
		return err
	}
	defer target.Close()
	if errOwn != nil {
		return errOwn
	}
	request.ID = target.Container.ID
	request.HomeOfUser = target.Container.ByPodman()
	p, err := nsenter.Prepare(target.Process, target.Container.Spec, request.Request, own)
	if err != nil {
		return inContainer(target, &prepareError{err})
	}
	if request.dryRun {
		return c.printPlan(target, p)
	}
	for _, what := range p.Without {
		fmt.Fprintf(c.err, "sidestep: the command runs without %s\n", escape.Text(what))
	}
	s := &execution{request: request, target: target, plan: p, own: own, early: early, caller: c.caller(), debugf: c.debugf}
	status, err := s.run(ctx, starting)
	if err != nil {
		return inContainer(target, err)
	}
	if code := status.ExitCode(); code != 0 {
		return exitStatus(code)
	}
	return nil
}

// request takes the arguments into the options and checks them.
func (c *call) request(o *execOptions) (request, error) {
	if len(c.args) == 0 {
		return request{}, usage(c.cli, "no container is named")
	}
	o.container, o.command = c.args[0], c.args[1:]
	if len(o.command) > 0 && o.command[0] == "--" {
		o.command = o.command[1:]
	}
	return o.request(c.caller().surroundings())
}

func (c *call) printPlan(target *resolver.Target, p *plan.Plan) error {
	fmt.Fprintf(c.out, "enter %s, process %d\n", describe(target.Container), target.Process.PID())
	for _, line := range p.Lines() {
		if _, err := fmt.Fprintln(c.out, escape.Text(line)); err != nil {
			return fmt.Errorf("print the plan: %w", err)
		}
	}
	return nil
}

// describe names a container in a sentence.
func describe(c resolver.Container) string {
	switch {
	case c.ID == "":
		return "a process without a container's record"
	case c.Name != "" && c.Name != c.ID:
		return fmt.Sprintf("container %q (%s)", c.Name, shortID(c.ID))
	}
	return fmt.Sprintf("container %q", c.ID)
}
