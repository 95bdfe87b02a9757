package kubectl

import (
	"context"
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// errNoneKept says that there is no pod of that name.
var errNoneKept = errors.New("no helper pod is kept")

// lookAtKept returns nil when there is the helper that would be made as wanted. Its
// name is no secret, and whoever may create pods in the namespace can have made a
// pod of that name: one that is not as it would be made is not spoken with.
func (c *cluster) lookAtKept(ctx context.Context, wanted *corev1.Pod) error {
	ctx, cancel := c.ask(ctx)
	defer cancel()
	found, err := c.CoreV1().Pods(wanted.Namespace).Get(ctx, wanted.Name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return errNoneKept
	case err != nil:
		return fmt.Errorf("look at the kept helper pod: %w", err)
	}
	if what := differs(found, wanted); what != "" {
		return fail(fmt.Sprintf("who made it? see kubectl get pod -n %s %s -o yaml; name a namespace of the helpers' own with --helper-namespace, or leave --keep out",
			found.Namespace, found.Name), "the pod %s/%s is not the kept helper pod that it is called: %s", found.Namespace, found.Name, what)
	}
	return nil
}

// differs says in what a pod is not as wanted, of what decides which program runs
// and on which node. The cluster fills in the rest.
func differs(pod, wanted *corev1.Pod) string {
	if pod.Spec.NodeName != wanted.Spec.NodeName {
		return fmt.Sprintf("it is on node %q", pod.Spec.NodeName)
	}
	if pod.Labels[ownerLabel] != wanted.Labels[ownerLabel] {
		return "it is another user's"
	}
	if pod.Spec.HostPID != wanted.Spec.HostPID {
		return "it does not have the node's PIDs"
	}
	want := wanted.Spec.Containers[0]
	i := slices.IndexFunc(pod.Spec.Containers, func(container corev1.Container) bool { return container.Name == want.Name })
	if i < 0 {
		return fmt.Sprintf("it has no container %q", want.Name)
	}
	got := pod.Spec.Containers[i]
	switch {
	case got.Image != want.Image:
		return fmt.Sprintf("its image is %q", got.Image)
	case !slices.Equal(got.Command, want.Command) || !slices.Equal(got.Args, want.Args):
		return fmt.Sprintf("its command is %q", append(slices.Clone(got.Command), got.Args...))
	case len(got.VolumeMounts) > 0:
		return fmt.Sprintf("something is mounted at %q", got.VolumeMounts[0].MountPath)
	}
	return ""
}
