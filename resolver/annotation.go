package resolver

import (
	"encoding/json"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
)

// What CRI keeps of a pod's annotations in the record of its sandbox.
const (
	extensionSandbox  = "io.cri-containerd.sandbox.metadata"
	annotationDefault = "kubectl.kubernetes.io/default-container"
)

// defaultContainer returns the container that the pod of a sandbox names as
// its default by an annotation, or "". The pod's annotations are in CRI's own
// extension of the record (containerd: internal/cri/store/sandbox/metadata.go);
// those that the runtime handler passes on are in the spec too.
func defaultContainer(record *containerd.Record) string {
	var extension struct {
		Metadata struct {
			Config struct {
				Annotations map[string]string `json:"annotations"`
			}
		}
	}
	if json.Unmarshal(record.Extensions[extensionSandbox], &extension) == nil {
		if name := extension.Metadata.Config.Annotations[annotationDefault]; name != "" {
			return name
		}
	}
	var spec struct {
		Annotations map[string]string `json:"annotations"`
	}
	if json.Unmarshal(record.SpecJSON, &spec) == nil {
		return spec.Annotations[annotationDefault]
	}
	return ""
}
