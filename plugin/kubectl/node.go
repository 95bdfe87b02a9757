package kubectl

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
)

// hostReference is the node's init process, whose namespaces are the host's.
const hostReference = "pid:1"

// nodePrefix says that a name is a node's.
const nodePrefix = "node/"

func (a *app) nodeCommand() *cobra.Command {
	o := &execOptions{}
	cmd := &cobra.Command{
		Use:   "node NODE [flags] [-- COMMAND ARG…]",
		Short: "Run a command on a node, in the host's namespaces",
		Long: "Run a command on a node, as root, in the host's own namespaces. Without COMMAND\n" +
			"it is the login shell. It stays in the helper's cgroup, so that it ends with it.",
		Example:           "  kubectl sidestep node worker-3\n  kubectl sidestep node worker-3 -- journalctl -u kubelet -n 50",
		ValidArgsFunction: a.completeNodes,
		RunE: func(cmd *cobra.Command, args []string) error {
			names, command, err := split(cmd, args)
			if err != nil {
				return err
			}
			if len(names) == 0 {
				return fail("see kubectl get nodes", "no node is named")
			}
			return a.onNode(cmd.Context(), o, strings.TrimPrefix(names[0], nodePrefix), command)
		},
	}
	o.add(cmd.Flags())
	cmd.Flags().Lookup("user").Usage = "USER[:GROUP] to be, numbers or names of the node"
	a.failureFlag(cmd, "format of what failed: text or json")
	return cmd
}

func (a *app) onNode(ctx context.Context, o *execOptions, node string, command []string) error {
	if err := a.options.check(); err != nil {
		return err
	}
	start, err := a.start(o, command, false)
	if err != nil {
		return err
	}
	start.Reference, start.NoCgroup = hostReference, true
	c, err := a.connect()
	if err != nil {
		return err
	}
	p := place{node: node, privileged: true}
	if a.options.printPod {
		return a.printPods(c, p)
	}
	return a.runOn(ctx, c, p, start)
}
