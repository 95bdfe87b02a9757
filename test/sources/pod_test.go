package sources

import (
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// soonList is how long a list may take.
const soonList = 1200 * time.Millisecond

// inPod returns a container with the labels and the annotations that
// containerd's CRI plugin gives to one of a pod; the sandbox when name is empty.
func inPod(namespace, pod, name string) testbed.Container {
	const uid = "7ee76d9c-0e0c-4c2b-a1bb-21b7a5d40c9a"
	kind := "container"
	if name == "" {
		kind = "sandbox"
	}
	labels := map[string]string{
		"io.kubernetes.pod.namespace": namespace, "io.kubernetes.pod.name": pod, "io.kubernetes.pod.uid": uid, "io.cri-containerd.kind": kind,
	}
	annotations := map[string]string{
		"io.kubernetes.cri.sandbox-namespace": namespace, "io.kubernetes.cri.sandbox-name": pod, "io.kubernetes.cri.sandbox-uid": uid,
		"io.kubernetes.cri.container-type": kind,
	}
	if name != "" {
		labels["io.kubernetes.container.name"] = name
		annotations["io.kubernetes.cri.container-name"] = name
	}
	return testbed.Container{Namespace: "k8s.io", Labels: labels, Spec: func(s *specs.Spec) { s.Annotations = annotations }}
}
