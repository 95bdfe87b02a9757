package bundle

import (
	"encoding/json"
	"maps"
)

// The labels that CRI gives a container's record and that the rest of sidestep
// knows a container by, see Labels.
const (
	labelPodName      = "io.kubernetes.pod.name"
	labelPodNamespace = "io.kubernetes.pod.namespace"
	labelPodUID       = "io.kubernetes.pod.uid"
	labelContainer    = "io.kubernetes.container.name"
	labelKind         = "io.cri-containerd.kind" // "sandbox" or "container"
)

// names says which annotation stands for which label. The first are containerd's
// (containerd: internal/cri/annotations), the others CRI-O's (cri-o:
// pkg/annotations); Podman uses some of CRI-O's for its own pods.
var names = []struct{ label, annotation string }{
	{labelPodName, "io.kubernetes.cri.sandbox-name"},
	{labelPodNamespace, "io.kubernetes.cri.sandbox-namespace"},
	{labelPodUID, "io.kubernetes.cri.sandbox-uid"},
	{labelContainer, "io.kubernetes.cri.container-name"},
	{labelKind, "io.kubernetes.cri.container-type"},

	{labelPodName, "io.kubernetes.cri-o.KubeName"},
	{labelPodNamespace, "io.kubernetes.cri-o.Namespace"},
	{labelKind, "io.kubernetes.cri-o.ContainerType"},
}

// crioLabels is the annotation in which CRI-O keeps the labels that the kubelet
// gave the container, as a JSON object.
const crioLabels = "io.kubernetes.cri-o.Labels"

// crioImage is the annotation in which CRI-O keeps the image's name, and
// criImage containerd's.
const (
	crioImage = "io.kubernetes.cri-o.ImageName"
	criImage  = "io.kubernetes.cri.image-name"
)

// Labels returns the labels that a container has by its annotations: those
// that are annotations already, as nerdctl's, and those of Kubernetes in the
// one spelling that records have.
func Labels(annotations map[string]string) map[string]string {
	labels := make(map[string]string, len(annotations)+len(names))
	var kubelet map[string]string
	if json.Unmarshal([]byte(annotations[crioLabels]), &kubelet) == nil {
		maps.Copy(labels, kubelet)
	}
	maps.Copy(labels, annotations)
	for _, n := range names {
		if value := annotations[n.annotation]; value != "" && labels[n.label] == "" {
			labels[n.label] = value
		}
	}
	return labels
}

// Image returns the name of the image that annotations name, or "".
func Image(annotations map[string]string) string {
	if image := annotations[criImage]; image != "" {
		return image
	}
	return annotations[crioImage]
}
