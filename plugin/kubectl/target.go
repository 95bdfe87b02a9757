package kubectl

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// target is a container of a pod that runs.
type target struct {
	pod       *corev1.Pod
	container string
	id        string // as the node's sidestep takes it
}

// place says what is needed on a node.
type place struct {
	node       string
	privileged bool // the helper needs every privilege
}

// defaultContainer is the annotation that kubectl honours.
const defaultContainer = "kubectl.kubernetes.io/default-container"

// choose picks the container that name names, or, without one, that of the
// annotation, or the first.
func choose(pod *corev1.Pod, name string) (target, error) {
	t := target{pod: pod, container: name}
	if name == "" {
		t.container = pod.Annotations[defaultContainer]
	}
	if t.container == "" {
		t.container = pod.Spec.Containers[0].Name
	}
	state, ok := stateOf(pod, t.container)
	if !ok {
		if !slices.Contains(containerNames(pod), t.container) {
			return t, fail(fmt.Sprintf("its containers are %s", strings.Join(containerNames(pod), ", ")),
				"pod %s/%s has no container %q", pod.Namespace, pod.Name, t.container)
		}
		return t, t.notRunning("it was not started yet")
	}
	switch {
	case state.State.Running != nil && state.ContainerID != "":
	case state.State.Waiting != nil:
		return t, t.notRunning("it waits: " + state.State.Waiting.Reason)
	case state.State.Terminated != nil:
		return t, t.notRunning(fmt.Sprintf("it ended with exit code %d", state.State.Terminated.ExitCode))
	default:
		return t, t.notRunning("it was not started yet")
	}
	// The node finds CRI-O's containers by their ID alone.
	t.id = strings.TrimPrefix(state.ContainerID, "cri-o://")
	return t, nil
}

func (t target) notRunning(why string) error {
	return fail(fmt.Sprintf("see kubectl describe pod -n %s %s; there is no process to join", t.pod.Namespace, t.pod.Name),
		"container %q of pod %s/%s does not run: %s", t.container, t.pod.Namespace, t.pod.Name, why)
}

// stateOf returns the state of a container, of the pod's own, those that
// prepare it, or those that were added to it.
func stateOf(pod *corev1.Pod, name string) (corev1.ContainerStatus, bool) {
	for _, list := range [][]corev1.ContainerStatus{
		pod.Status.ContainerStatuses, pod.Status.InitContainerStatuses, pod.Status.EphemeralContainerStatuses,
	} {
		for _, state := range list {
			if state.Name == name {
				return state, true
			}
		}
	}
	return corev1.ContainerStatus{}, false
}

func containerNames(pod *corev1.Pod) []string {
	var names []string
	for _, c := range pod.Spec.Containers {
		names = append(names, c.Name)
	}
	for _, c := range pod.Spec.InitContainers {
		names = append(names, c.Name)
	}
	for _, c := range pod.Spec.EphemeralContainers {
		names = append(names, c.Name)
	}
	return names
}

// String names the target in a sentence.
func (t target) String() string {
	return fmt.Sprintf("pod/%s/%s/%s", t.pod.Namespace, t.pod.Name, t.container)
}

// privileged reports whether the container has privileges that a helper with
// those of usual containers could not hand on.
func (t target) privileged() bool {
	context := t.security()
	if context == nil {
		return false
	}
	if context.Privileged != nil && *context.Privileged {
		return true
	}
	if context.Capabilities != nil {
		for _, added := range context.Capabilities.Add {
			if !slices.Contains(helperCapabilities, added) {
				return true
			}
		}
	}
	return false
}

func (t target) security() *corev1.SecurityContext {
	for _, list := range [][]corev1.Container{t.pod.Spec.Containers, t.pod.Spec.InitContainers} {
		for _, c := range list {
			if c.Name == t.container {
				return c.SecurityContext
			}
		}
	}
	for _, c := range t.pod.Spec.EphemeralContainers {
		if c.Name == t.container {
			return c.SecurityContext
		}
	}
	return nil
}
