package kubectl

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func (a *app) cleanupCommand() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:               "cleanup",
		Short:             "Delete the helper pods that --keep has kept",
		Long:              "Delete your helper pods in the helper namespace: those that --keep has kept, and those\nthat have ended.",
		Args:              cobra.NoArgs,
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
	owner := ""
	if cache, err := os.UserCacheDir(); err == nil {
		if data, err := os.ReadFile(filepath.Join(cache, "sidestep", "owner")); err == nil {
			owner = string(data)
		}
	}
	for _, pod := range pods.Items {
		own := owner != "" && pod.Labels[ownerLabel] == owner
		ended := pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
		if !all && !own && !ended {
			continue
		}
		a.deletePod(c, namespace, pod.Name, orderly)
		if _, err := fmt.Fprintf(a.stdout, "pod/%s deleted\n", pod.Name); err != nil {
			return err
		}
	}
	return nil
}
