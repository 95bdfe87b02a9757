package kubectl

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"strings"

	"github.com/spf13/cobra"
)

func (a *app) psCommand() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "ps [POD | TYPE/NAME | NODE | node/NODE]",
		Short: "List containers as the node knows them, with their host PIDs",
		Long: "List the containers of a pod or of a node, as the node itself knows them: with\n" +
			"their host PIDs and the namespaces that they share with the host. Without an\n" +
			"argument they are those of the namespace's pods.",
		Args:              atMost(1),
		ValidArgsFunction: a.completePodsAndNodes,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.ps(cmd.Context(), strings.Join(args, ""), all)
		},
	}
	cmd.Flags().BoolVarP(&all, "all", "a", false, "show stopped containers too")
	a.outputFlag(cmd, formatTable)
	return cmd
}

func (a *app) ps(ctx context.Context, name string, all bool) error {
	if err := a.options.check(); err != nil {
		return err
	}
	c, err := a.connect()
	if err != nil {
		return err
	}
	wanted := map[string]bool{} // by UID; empty: all
	var nodes []string
	if name != "" {
		s, err := c.subject(ctx, name)
		if err != nil {
			return err
		}
		nodes = []string{s.node}
		if s.pod != nil {
			wanted[string(s.pod.UID)] = true
		}
	} else {
		pods, err := c.pods(ctx, "")
		if err != nil {
			return err
		}
		if len(pods) == 0 {
			return fail("name a NODE, or another namespace with -n", "no pod of namespace %q runs", c.namespace)
		}
		for _, pod := range pods {
			wanted[string(pod.UID)] = true
			if !slices.Contains(nodes, pod.Spec.NodeName) {
				nodes = append(nodes, pod.Spec.NodeName)
			}
		}
		sort.Strings(nodes)
	}
	places := make([]place, len(nodes))
	for i, node := range nodes {
		places[i] = place{node: node}
	}
	if a.options.printPod {
		return a.printPods(c, places...)
	}
	answers := a.psOfAll(ctx, c, places, all)
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	rows := []psRow{}
	for _, answer := range answers {
		for _, row := range answer.rows {
			if len(wanted) == 0 || row.Pod != nil && wanted[row.Pod.UID] {
				rows = append(rows, row)
			}
		}
	}
	failed := unanswered(answers)
	if failed != nil && len(answers) == 1 {
		return answers[0].err
	}
	write := a.writeRows
	if a.format == formatJSON {
		write = func(rows []psRow) error { return a.writeJSON(rows) }
	}
	return cmp.Or(write(rows), failed)
}
