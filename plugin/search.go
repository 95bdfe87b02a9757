package plugin

import (
	"context"
	"fmt"

	"github.com/sidestep-dev/sidestep/plugin/escape"
	"github.com/sidestep-dev/sidestep/resolver"
)

// search is the search for a container, whose daemons were asked.
type search struct {
	call     *call
	ref      resolver.Reference
	resolver *resolver.Resolver
}

// search begins to look for the container that the user names. Its target is to
// be waited for.
func (c *call) search(ctx context.Context, ref resolver.Reference) (*search, error) {
	r, err := c.resolver()
	if err != nil {
		return nil, err
	}
	r.Begin(ctx, ref)
	return &search{c, ref, r}, nil
}

// target waits for the container, and pins its init.
func (s *search) target(ctx context.Context) (*resolver.Target, error) {
	defer s.resolver.Close()
	target, err := s.resolver.Target(ctx, s.ref)
	if err != nil {
		return nil, err
	}
	s.call.debugf("%q in namespace %q is PID %d: %s, said %s", target.Container.ID, target.Container.Namespace,
		target.Process.PID(), target.State, target.Source)
	s.call.tellHow(target)
	return target, nil
}

// target finds the container that the user names and pins its init.
func (c *call) target(ctx context.Context, ref resolver.Reference) (*resolver.Target, error) {
	s, err := c.search(ctx, ref)
	if err != nil {
		return nil, err
	}
	return s.target(ctx)
}

// tellHow says on stderr what was used when it was not the first choice.
func (c *call) tellHow(target *resolver.Target) {
	if target.Notice != "" {
		fmt.Fprintf(c.err, "sidestep: %s\n", escape.Text(target.Notice))
	}
	if target.Kind != "" && target.Container.Spec == nil {
		fmt.Fprintf(c.err, "sidestep: there is no record of what the container may do: a command gets what its init has, and no more\n")
	}
	for _, other := range target.Others {
		c.debugf("not used: %s: %s", other.Source, other.Reason)
	}
}

// namedTarget finds the container that is the one argument of a command.
func (c *call) namedTarget(ctx context.Context) (*resolver.Target, error) {
	ref, err := c.container()
	if err != nil {
		return nil, err
	}
	return c.target(ctx, ref)
}
