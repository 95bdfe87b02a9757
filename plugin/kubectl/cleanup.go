package kubectl

import (
	"cmp"
	"context"
	"fmt"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func (a *app) cleanupCommand() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "cleanup",
		Short: "Delete the helper pods that --keep has kept",
		Long: "Delete your helper pods in the helper namespace: those that --keep has kept, and\n" +
			"those that have ended.",
		Args:              atMost(0),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.options.printPod {
				return fail("leave --print-pod out", "cleanup makes no helper pod")
			}
			c, err := a.connect()
			if err != nil {
				return err
			}
			return a.cleanup(cmd.Context(), c, all)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "those of other users too, in use or not")
	return cmd
}

func (a *app) cleanup(ctx context.Context, c *cluster, all bool) error {
	namespace := a.helperNamespace(c)
	ask, cancel := c.ask(ctx)
	defer cancel()
	pods, err := c.CoreV1().Pods(namespace).List(ask, metav1.ListOptions{LabelSelector: helperSelector})
	if err != nil {
		return fmt.Errorf("list the helper pods of namespace %q: %w", namespace, err)
	}
	owner := knownOwner()
	var first error
	var failed []string
	tried := 0
	for _, pod := range pods.Items {
		own := owner != "" && pod.Labels[ownerLabel] == owner
		ended := pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
		if !all && !own && !ended {
			continue
		}
		tried++
		if err := c.deletePod(namespace, pod.Name, orderly); err != nil {
			failed = append(failed, fmt.Sprintf("%s: %v", pod.Name, err))
			first = cmp.Or(first, err)
			continue
		}
		if err := a.write([]byte("pod/" + pod.Name + " deleted\n")); err != nil {
			return err
		}
	}
	if first == nil {
		return nil
	}
	return &failure{
		err:    fmt.Errorf("%d of %d helper pods of namespace %q are left", len(failed), tried, namespace),
		detail: failed, hint: explain(first).hint, code: exitFailed,
	}
}
