package nsenter

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// confine does to the process what only the host can do, and then looks from
// outside whether the process is what the plan says. It is ready, waits for
// the caller's word, and is not in the PID namespace of the container yet.
func confine(p *plan.Plan, cgroups hierarchies, pid int) error {
	process, err := proc.Child(pid)
	if err != nil {
		return err
	}
	defer process.Close()
	have, err := joinCgroups(p.Early(), cgroups, process)
	if err != nil {
		return err
	}
	if p.OOMScoreAdj != nil {
		if err := adjustOOMScore(process, *p.OOMScoreAdj); err != nil {
			return &StepError{Step: "adjust the OOM score", Err: err}
		}
	}
	if err := verify(p, process, have); err != nil {
		return &StepError{Step: "compare the process with the plan", Err: err}
	}
	return nil
}

// confineLate joins the cgroups that are joined after the fork into the PID
// namespace, and reads back that the process is there.
func confineLate(p *plan.Plan, cgroups hierarchies, pid int) error {
	if len(p.Late()) == 0 {
		return nil
	}
	process, err := proc.Child(pid)
	if err != nil {
		return err
	}
	defer process.Close()
	have, err := joinCgroups(p.Late(), cgroups, process)
	if err != nil {
		return err
	}
	if err := verifyCgroups(p.Late(), have); err != nil {
		return &StepError{Step: "compare the process with the plan", Err: err}
	}
	return nil
}

// joinCgroups moves the process into the cgroups in which it was not born and
// which it did not join by itself. It returns those that the process is in then.
func joinCgroups(join []plan.Cgroup, cgroups hierarchies, process *proc.Process) ([]proc.Membership, error) {
	have, err := process.Cgroups()
	if err != nil {
		return nil, err
	}
	moved := false
	for _, c := range join {
		if c.Has(have) {
			continue
		}
		moved = true
		err := cgroups.join(c.Membership, process.PID())
		if c.Init != "" && takesNoProcess(err) {
			c.Path = c.Init
			err = cgroups.join(c.Membership, process.PID())
		}
		if err != nil {
			return nil, &StepError{Step: fmt.Sprintf("join the cgroup %q", c.Path), Err: err}
		}
	}
	if !moved {
		return have, nil
	}
	return process.Cgroups()
}

// takesNoProcess reports whether an error means that no process at all may be
// in the cgroup (cgroups(7), the no internal processes rule), or that it was
// removed.
func takesNoProcess(err error) bool {
	return errors.Is(err, syscall.EBUSY) || errors.Is(err, syscall.EOPNOTSUPP) || errors.Is(err, os.ErrNotExist)
}

// adjustOOMScore writes the score only where it differs: a lower one needs
// CAP_SYS_RESOURCE even to stay.
func adjustOOMScore(process *proc.Process, score int) error {
	have, err := oomScoreAdj(process)
	if err != nil || have == score {
		return err
	}
	return process.WriteFile("oom_score_adj", strconv.Itoa(score))
}
