package kubectl

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sidestep-dev/sidestep/plugin/escape"
	"github.com/sidestep-dev/sidestep/plugin/session/client"
)

func (a *app) nsCommand() *cobra.Command {
	var container string
	cmd := &cobra.Command{
		Use:               "ns POD | TYPE/NAME",
		Short:             "Show a container's namespaces beside the node's",
		Args:              oneArgument("a POD or TYPE/NAME"),
		ValidArgsFunction: a.completePods,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			c, err := a.connect()
			if err != nil {
				return err
			}
			pod, err := c.pod(ctx, args[0])
			if err != nil {
				return err
			}
			t, err := choose(pod, container)
			if err != nil {
				return err
			}
			return a.look(ctx, c, place{node: pod.Spec.NodeName}, func(s *nodeSession) (client.Answer, error) {
				return s.Ns(ctx, a.nodeFormat(), t.id)
			})
		},
	}
	cmd.Flags().StringVarP(&container, "container", "c", "", "the container; default: as exec chooses it")
	must(cmd.RegisterFlagCompletionFunc("container", a.completeContainers))
	a.outputFlag(cmd, formatTable)
	return cmd
}

func (a *app) doctorCommand() *cobra.Command {
	var container string
	cmd := &cobra.Command{
		Use:   "doctor POD | TYPE/NAME | NODE | node/NODE",
		Short: "Examine what leads to a container, or a node's runtime",
		Long: "Examine every link of the chain that leads to a container, or a node's runtime:\n" +
			"whether it answers, in which time, and what to do.\n\n" +
			"Exit codes: 0 healthy; 1 degraded: something is broken, and kubectl sidestep\n" +
			"exec works (on a node: containers can be started); 2 broken; 125 when doctor\n" +
			"itself failed.",
		Args:              oneArgument("a POD, TYPE/NAME or NODE"),
		ValidArgsFunction: a.completePodsAndNodes,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			c, err := a.connect()
			if err != nil {
				return err
			}
			s, err := c.subject(ctx, args[0])
			if err != nil {
				return err
			}
			var reference []string
			if s.pod != nil {
				t, err := choose(s.pod, container)
				if err != nil {
					return err
				}
				reference = []string{t.id}
			}
			return a.look(ctx, c, place{node: s.node}, func(s *nodeSession) (client.Answer, error) {
				return s.Doctor(ctx, a.nodeFormat(), reference...)
			})
		},
	}
	cmd.Flags().StringVarP(&container, "container", "c", "", "the container; default: as exec chooses it")
	must(cmd.RegisterFlagCompletionFunc("container", a.completeContainers))
	a.outputFlag(cmd, formatText)
	return cmd
}

// nodeFormat returns the format as the node's commands take it: without one they
// show what people read.
func (a *app) nodeFormat() string {
	if a.format == formatJSON {
		return a.format
	}
	return ""
}

// look shows what a command of the node's sidestep shows.
func (a *app) look(ctx context.Context, c *cluster, p place, ask func(*nodeSession) (client.Answer, error)) error {
	if err := a.options.check(); err != nil {
		return err
	}
	if a.options.printPod {
		return a.printPods(c, p)
	}
	s, err := a.open(ctx, c, p)
	if err != nil {
		return err
	}
	defer s.close()
	answer, err := ask(s)
	if err != nil {
		return err
	}
	a.messages(answer)
	text := escape.JSON(string(answer.Output))
	if a.format != formatJSON {
		text = plain(string(answer.Output))
	}
	if err := a.write([]byte(text)); err != nil {
		return err
	}
	if answer.Code != 0 {
		return status(answer.Code)
	}
	return nil
}

// messages shows what a command of the node's sidestep wrote to its stderr.
func (a *app) messages(answer client.Answer) {
	_, _ = io.WriteString(a.stderr, plain(answer.Messages)) // as all of stderr
}

// plain makes lines of a node's fit for the terminal. Whoever has the node is not
// trusted with the workstation.
func plain(lines string) string {
	var b strings.Builder
	for line := range strings.Lines(lines) {
		text, ended := strings.CutSuffix(line, "\n")
		b.WriteString(escape.Text(text))
		if ended {
			b.WriteByte('\n')
		}
	}
	return b.String()
}
