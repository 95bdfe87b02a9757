package kubectl

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// completeDeadline bounds how long a user waits after the tabulator key.
const completeDeadline = 3 * time.Second

// completions adds what only shells call.
func (a *app) completions(root *cobra.Command) {
	must(root.RegisterFlagCompletionFunc("via", cobra.FixedCompletions([]string{viaPod, viaSSH}, cobra.ShellCompDirectiveNoFileComp)))
	must(root.RegisterFlagCompletionFunc("image-pull-policy",
		cobra.FixedCompletions([]string{"IfNotPresent", "Never", "Always"}, cobra.ShellCompDirectiveNoFileComp)))
	must(root.RegisterFlagCompletionFunc("namespace", a.completeNamespaces))
	must(root.RegisterFlagCompletionFunc("helper-namespace", a.completeNamespaces))
	must(root.RegisterFlagCompletionFunc("context", a.completeContexts))
}

// completing asks the cluster. There are no errors: the user is typing.
func (a *app) completing(cmd *cobra.Command, typed string, names func(context.Context, *cluster) []string) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completeDeadline)
	defer cancel()
	c, err := a.connect()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var found []string
	directive := cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	for _, name := range names(ctx, c) {
		if strings.HasPrefix(name, typed) {
			found = append(found, name)
			if !strings.HasSuffix(name, "/") {
				directive &^= cobra.ShellCompDirectiveNoSpace
			}
		}
	}
	return found, directive
}

func (c *cluster) podNames(ctx context.Context) []string {
	pods, err := c.pods(ctx, "")
	if err != nil {
		return nil
	}
	var names []string
	for _, pod := range pods {
		names = append(names, pod.Name)
	}
	return names
}

func (c *cluster) nodeNames(ctx context.Context) []string {
	list, err := c.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil
	}
	var names []string
	for _, node := range list.Items {
		names = append(names, node.Name)
	}
	return names
}

func (a *app) completePods(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.completing(cmd, typed, func(ctx context.Context, c *cluster) []string { return c.references(ctx, typed) })
}

func (a *app) completeNodes(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.completing(cmd, typed, func(ctx context.Context, c *cluster) []string { return c.nodeNames(ctx) })
}

func (a *app) completePodsAndNodes(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.completing(cmd, typed, func(ctx context.Context, c *cluster) []string {
		if strings.HasPrefix(typed, nodePrefix) {
			return prefixed(nodePrefix, c.nodeNames(ctx))
		}
		return append(append(c.references(ctx, typed), c.nodeNames(ctx)...), nodePrefix)
	})
}

// completeContainers completes -c, once the pod is typed.
func (a *app) completeContainers(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.completing(cmd, typed, func(ctx context.Context, c *cluster) []string {
		pod, err := c.pod(ctx, args[0])
		if err != nil {
			return nil
		}
		return containerNames(pod)
	})
}

func (a *app) completeNamespaces(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return a.completing(cmd, typed, func(ctx context.Context, c *cluster) []string {
		list, err := c.CoreV1().Namespaces().List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil
		}
		var names []string
		for _, namespace := range list.Items {
			names = append(names, namespace.Name)
		}
		return names
	})
}

func (a *app) completeContexts(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	config, err := a.kube.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for name := range config.Contexts {
		names = append(names, name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
