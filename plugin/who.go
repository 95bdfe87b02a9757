package plugin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/plugin/escape"
	"github.com/sidestep-dev/sidestep/resolver"
)

func whoCommand() *cli.Command {
	return showing(cli.Command{
		Name:      "who",
		Usage:     "say which container a process of the host belongs to",
		ArgsUsage: "PID",
		Description: "PID is a number as the host's ps and top show it, of any process: init, what\n" +
			"came from it, or what was put into the container. It works without containerd\n" +
			"too.\n\n" +
			"Exit codes: 0 it belongs to a container; 1 it belongs to none; 125 that could\n" +
			"not be found out, for instance because there is no such process.",
	}, (*call).who, formatText, formatJSON)
}

// exitNoContainer is the exit code of who for a process of no container. As
// with grep, that is an answer and no failure.
const exitNoContainer = 1

func (c *call) who(ctx context.Context, format string) error {
	pid, err := c.pid()
	if err != nil {
		return err
	}
	r, err := c.resolver()
	if err != nil {
		return err
	}
	defer r.Close()
	owner, err := r.Owner(ctx, pid)
	var none *resolver.NoOwnerError
	if errors.As(err, &none) {
		if format != formatJSON {
			return &failure{err: err, hint: "it runs on the host itself, or nobody has a record of it: see sidestep ps for the containers", code: exitNoContainer}
		}
		if err := writeJSON(c.out, whoOutput{PID: pid, Command: none.Command, Evidence: []string{fmt.Sprintf("its cgroup %q", none.Cgroup)}}); err != nil {
			return err
		}
		return exitStatus(exitNoContainer)
	}
	if err != nil {
		return err
	}
	out := newWhoOutput(pid, owner)
	if format == formatJSON {
		return writeJSON(c.out, out)
	}
	return writeWho(c.out, out, owner)
}

// pid parses the one argument of who; pid:N is taken as N.
func (c *call) pid() (int, error) {
	switch len(c.args) {
	case 0:
		return 0, usage(c.cli, "no process is named")
	case 1:
	default:
		return 0, usage(c.cli, "one process at a time: %q is one too many", c.args[1])
	}
	text := strings.TrimPrefix(c.args[0], "pid:")
	ref, err := resolver.ParseReference("pid:" + text)
	if err != nil {
		return 0, usage(c.cli, "%q is not the number of a process", c.args[0])
	}
	pid, _ := ref.PID()
	return pid, nil
}

// whoOutput is what who -o json shows.
type whoOutput struct {
	PID       int           `json:"pid"`
	Command   string        `json:"command"`             // as the process calls itself
	Container *whoContainer `json:"container,omitempty"` // absent: it belongs to none
	Evidence  []string      `json:"evidence"`            // for people
}

// whoContainer is the container of a process.
type whoContainer struct {
	ID        string         `json:"id"`
	Namespace string         `json:"namespace,omitempty"`
	Name      string         `json:"name,omitempty"`
	Pod       *podOutput     `json:"pod,omitempty"`
	Image     string         `json:"image,omitempty"`
	State     resolver.State `json:"state"`
	Init      int            `json:"init,omitempty"` // the PID of its first process
	Role      resolver.Role  `json:"role"`           // of the process: init, child, exec or other
	Source    string         `json:"source"`         // who knows the container
}

func newWhoOutput(pid int, o *resolver.Owner) whoOutput {
	c := o.Container
	out := whoOutput{PID: pid, Command: commandOf(pid), Evidence: o.Evidence, Container: &whoContainer{
		ID: c.ID, Namespace: c.Namespace, Name: c.Name, Pod: newPodOutput(c.Pod), Image: c.Image,
		State: o.State, Init: o.Init, Role: o.Role, Source: c.Source,
	}}
	if out.Evidence == nil {
		out.Evidence = []string{}
	}
	return out
}

func commandOf(pid int) string {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return ""
	}
	stat, err := proc.ParseStat(data)
	if err != nil {
		return ""
	}
	return stat.Comm
}

// roleWords say what a process is in its container, with the PID of its init.
var roleWords = map[resolver.Role]string{
	resolver.RoleInit:  "the container's init",
	resolver.RoleChild: "came from the container's init, PID %d",
	resolver.RoleExec:  "was put into the container; its init is PID %d",
	resolver.RoleOther: "the container's init is not known",
}

// writeWho writes what is known of a process, a line for each kind of thing.
func writeWho(w io.Writer, out whoOutput, o *resolver.Owner) error {
	role := roleWords[o.Role]
	if strings.Contains(role, "%d") {
		role = fmt.Sprintf(role, o.Init)
	}
	c := o.Container
	lines := [][2]string{
		{"process", fmt.Sprintf("%d (%q), %s", out.PID, out.Command, role)},
		{"container", c.ID},
		{"name", c.Name},
		{"namespace", c.Namespace},
		{"image", c.Image},
		{"state", string(o.State)},
		{"known by", c.Source},
		{"evidence", strings.Join(o.Evidence, ", ")},
	}
	if p := c.Pod; p != nil {
		pod := p.Namespace + "/" + p.Name
		if p.Container == "" {
			pod += " (its sandbox)"
		} else {
			pod += "/" + p.Container
		}
		lines = append(lines[:3], append([][2]string{{"pod", pod}}, lines[3:]...)...)
	}
	var text strings.Builder
	for _, line := range lines {
		if line[1] != "" {
			fmt.Fprintf(&text, "%-11s%s\n", line[0], escape.Text(line[1]))
		}
	}
	if _, err := io.WriteString(w, text.String()); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}
