package resolver

import (
	"fmt"
	"strings"

	"github.com/sidestep-dev/sidestep/resolver/procfs"
)

// byCgroup returns the containers that only their processes show: the inits of
// PID namespaces whose cgroup is named after a container.
func byCgroup(found []*trace, processes []procfs.Process) []*trace {
	known := map[string]bool{}
	for _, t := range found {
		known[t.id] = true
	}
	var more []*trace
	for _, p := range processes {
		if !p.Init() {
			continue
		}
		for _, m := range p.Cgroups {
			namespace, id := "", innermost(m.Path)
			guess := id == "" && len(p.NSpid) == 2
			if guess {
				namespace, id = lastTwo(m.Path)
			}
			if id != "" && !known[id] {
				known[id] = true
				from := fmt.Sprintf("the cgroup of process %d", p.PID)
				more = append(more, &trace{id: id, namespace: namespace, guess: guess, from: from})
			}
		}
	}
	return more
}

// lastTwo returns the containerd namespace and the ID that a cgroup of
// containerd's default form names: …/NAMESPACE/ID.
func lastTwo(path string) (namespace, id string) {
	parts := components(path)
	if len(parts) < 2 {
		return "", ""
	}
	namespace, id = parts[len(parts)-2], parts[len(parts)-1]
	if badName("", namespace) != "" || badName("", id) != "" || strings.HasSuffix(id, ".scope") || strings.HasSuffix(id, ".slice") ||
		strings.HasSuffix(id, ".service") {
		return "", ""
	}
	return namespace, id
}

// innermost returns the container that a cgroup is named after beyond doubt, by
// an ID that a runtime made; of a container in a container the inner one.
func innermost(path string) string {
	for _, id := range idsIn(path) {
		if isFullID(id) {
			return id
		}
	}
	return ""
}
