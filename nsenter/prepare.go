package nsenter

import (
	"fmt"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// Prepare decides how a process enters the namespaces of target. The spec is
// the container's, or nil when there is no record of it. Nothing is started
// or changed.
func Prepare(target *proc.Process, spec *specs.Spec, req plan.Request, caller *Caller) (*plan.Plan, error) {
	facts, err := readFacts(target, spec, req, caller)
	if err != nil {
		return nil, fmt.Errorf("read the facts of process %d: %w", target.PID(), goneOr(target, err))
	}
	p, err := plan.Decide(facts, spec, req)
	if err != nil && target.Alive() != nil { // what was read of it last was no fact any more
		return nil, goneOr(target, err)
	}
	return p, err
}

func readFacts(target *proc.Process, spec *specs.Spec, req plan.Request, caller *Caller) (plan.Facts, error) {
	f := plan.Facts{
		PID: target.PID(), Caller: caller.namespaces, CallerCgroups: caller.cgroups, CallerCaps: caller.caps, CallerIgnored: caller.ignored,
		CallerOOMScoreAdj: caller.oomScoreAdj, LastCap: caller.lastCap, Keyrings: caller.keyrings,
	}
	for _, read := range []func() error{
		func() (err error) { f.Target, err = target.Namespaces(); return },
		func() (err error) { f.Status, err = target.Status(); return },
		func() (err error) { f.Cgroups, err = target.Cgroups(); return },
		func() error { return readUsers(target, &f) },
		func() (err error) {
			if !req.NoCgroup { // what is frozen then is not the command
				f.Frozen, err = caller.cgroupRoots.frozen(f.Cgroups)
			}
			return err
		},
		func() (err error) { f.Labels, err = labels(target); return },
		func() (err error) { f.OOMScoreAdj, err = oomScoreAdj(target); return },
	} {
		if err := read(); err != nil {
			return f, err
		}
	}
	readRuntime(target, spec, req.ID, &f)
	var err error
	if spec == nil || spec.Process == nil {
		f.Environ, err = bounded(fmt.Sprintf("read /proc/%d/environ", target.PID()), lookDeadline, func() ([]string, error) { return environ(target) })
		if err != nil {
			return f, err
		}
	}
	if plan.NeedsAccounts(spec, req) {
		if f.Accounts, err = accounts(target, caller.mounts, req.User != ""); err != nil {
			return f, err
		}
	}
	return f, nil
}

// readUsers reads what the target's user namespace makes of IDs. In the initial
// one they are what they are.
func readUsers(target *proc.Process, f *plan.Facts) (err error) {
	if f.Target[proc.User].IsInitialUsers() && f.Target[proc.User] == f.Caller[proc.User] {
		f.UIDs, f.GIDs = proc.AllIDs(), proc.AllIDs()
		return nil
	}
	if f.UIDs, err = target.UIDMap(); err != nil {
		return err
	}
	if f.GIDs, err = target.GIDMap(); err != nil {
		return err
	}
	f.SetgroupsDenied, err = target.SetgroupsDenied()
	return err
}
