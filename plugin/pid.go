package plugin

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/sidestep-dev/sidestep/resolver"
)

func pidCommand() *cli.Command {
	return showing(cli.Command{
		Name:      "pid",
		Usage:     "print the host PID of a container's init",
		ArgsUsage: "CONTAINER",
		Description: "The PID stands alone on a line, so that nsenter -t $(sidestep pid web) -a\n" +
			"works. -o json says how it was found too.",
	}, (*call).initPID, formatText, formatJSON)
}

// initPID prints the PID of the container that the user names.
func (c *call) initPID(ctx context.Context, format string) error {
	target, err := c.namedTarget(ctx)
	if err != nil {
		return err
	}
	defer target.Close()
	if format == formatJSON {
		return writeJSON(c.out, newPIDOutput(target))
	}
	_, err = fmt.Fprintln(c.out, target.Process.PID())
	return err
}

// formatText is the plain format of commands that have no table.
const formatText = "text"

// pidOutput is what -o json says of a process and how it was found.
type pidOutput struct {
	PID        int            `json:"pid"`
	StartTicks uint64         `json:"startTicks"` // clock ticks between boot and its start
	State      resolver.State `json:"state"`
	Source     string         `json:"source"`               // who named the PID
	Kind       string         `json:"sourceKind,omitempty"` // as --source names it
	VerifiedBy []string       `json:"verifiedBy,omitempty"`
	Spec       string         `json:"spec,omitempty"`    // who gave the container's spec
	NotUsed    []notUsed      `json:"notUsed,omitempty"` // who else was asked
	ID         string         `json:"id,omitempty"`
	Namespace  string         `json:"namespace,omitempty"`
	Name       string         `json:"name,omitempty"`
	Pod        *podOutput     `json:"pod,omitempty"`
}

// notUsed is a source that was asked and did not count.
type notUsed struct {
	Source string `json:"source"`
	Reason string `json:"reason"`
}

func newPIDOutput(t *resolver.Target) pidOutput {
	var others []notUsed
	for _, o := range t.Others {
		others = append(others, notUsed{Source: string(o.Source), Reason: o.Reason})
	}
	return pidOutput{
		Kind: string(t.Kind), VerifiedBy: t.Evidence, Spec: t.SpecFrom, NotUsed: others,
		PID: t.Process.PID(), StartTicks: t.Process.StartTime(), State: t.State, Source: t.Source,
		ID: t.Container.ID, Namespace: t.Container.Namespace, Name: t.Container.Name, Pod: newPodOutput(t.Container.Pod),
	}
}
