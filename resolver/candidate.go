package resolver

import (
	"time"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/resolver/docker"
)

// candidate is a container that a reference may mean.
type candidate struct {
	container Container // without its spec
	created   time.Time
	begun     uint64 // when the search for it began, in clock ticks since boot
	match     match
	daemon    *containerd.Client // nil: no containerd has told of the container
	trace     *trace             // nil: its files and processes were not looked at
	record    containerd.Record
	task      *containerd.Answer[containerd.Task] // that was asked for with the record; nil: none was
	docker    *docker.Record                      // nil: not asked for, or not Docker's
	dataRoot  string                              // of the Docker daemon that made it; set in lists, for the first one

	silent     string  // of a trace of a containerd's: why that did not tell of it
	unanswered []error // of a container that only Docker knows: why containerds did not answer
	elsewhere  string  // of such a container: the socket of its containerd, which is not the one that the user named
}

// The labels by which runtimes record what a container is called.
const (
	labelNerdctlName = "nerdctl/name"
	labelCompose     = "com.docker.compose.service"

	labelPodName      = "io.kubernetes.pod.name"
	labelPodNamespace = "io.kubernetes.pod.namespace"
	labelPodUID       = "io.kubernetes.pod.uid"
	labelPodContainer = "io.kubernetes.container.name"
	labelKind         = "io.cri-containerd.kind"    // "sandbox" or "container"
	labelDockerKind   = "io.kubernetes.docker.type" // cri-dockerd's: "podsandbox" or "container"
)

// fromRecord returns the candidate that a containerd knows.
func fromRecord(daemon *containerd.Client, record containerd.Record) candidate {
	c := candidate{daemon: daemon, record: record, created: record.Created}
	c.container = Container{
		ID: record.ID, Namespace: record.Namespace, Image: record.Image, Runtime: record.Runtime,
		Labels: record.Labels, Pod: podOf(record.Labels), Source: source(daemon),
	}
	c.container.Name = nameOf(record.Labels, c.container.Pod)
	return c
}

// nameOf returns what the labels call a container, or "".
func nameOf(labels map[string]string, pod *Pod) string {
	switch {
	case labels[labelNerdctlName] != "":
		return labels[labelNerdctlName]
	case pod != nil:
		return pod.Container
	}
	return ""
}

// fromDocker returns the candidate that only Docker knows.
func fromDocker(record docker.Record, from string) candidate {
	c := candidate{created: record.Created}
	c.container = Container{ID: record.ID, Namespace: dockerNamespace, Source: from}
	c.addDocker(record)
	return c
}

// addDocker adds what Docker knows of the container: containerd has neither
// its name nor its labels.
func (c *candidate) addDocker(record docker.Record) {
	c.docker = &record
	c.container.Name = record.Name
	if c.container.Image == "" {
		c.container.Image = record.Image
	}
	labels := make(map[string]string, len(record.Labels)+len(c.container.Labels))
	for _, from := range []map[string]string{record.Labels, c.container.Labels} {
		for key, value := range from {
			labels[key] = value
		}
	}
	c.container.Labels = labels
	if c.container.Pod == nil {
		c.container.Pod = podOf(labels)
	}
}

// source names a containerd as the one that said something.
func source(daemon *containerd.Client) string { return "containerd at " + daemon.Address() }

// podOf returns the pod that a container's labels name, or nil.
func podOf(labels map[string]string) *Pod {
	if labels[labelPodName] == "" {
		return nil
	}
	pod := &Pod{Namespace: labels[labelPodNamespace], Name: labels[labelPodName], UID: labels[labelPodUID]}
	if !isSandbox(labels) {
		pod.Container = labels[labelPodContainer]
	}
	return pod
}

// isSandbox reports whether a container only holds the namespaces of its pod.
func isSandbox(labels map[string]string) bool {
	return labels[labelKind] == "sandbox" || labels[labelDockerKind] == "podsandbox"
}
