package resolver

import (
	"strings"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
)

// match is how well a container fits a reference. A better one is greater.
type match int

const (
	noMatch match = iota
	byPrefix
	byName // or by pod
	byID
)

// fullID is the length of the IDs that Docker, nerdctl and CRI make, in hex digits.
const fullID = 64

func isFullID(id string) bool { return len(id) == fullID && isHex(id) }

func isHex(text string) bool { return strings.Trim(text, "0123456789abcdef") == "" }

// mayBeID reports whether the reference may be an ID or the prefix of one.
func (r Reference) mayBeID() bool {
	return r.kind == anyName || r.kind == containerdID || r.kind == dockerName
}

// searchesDocker reports whether Docker's own record may know the reference.
func (r Reference) searchesDocker() bool { return r.kind != containerdID && r.kind != ofProcess }

// searches reports whether containers of a containerd namespace are meant.
func (r Reference) searches(namespace string) bool {
	return r.kind != dockerName || namespace == dockerNamespace
}

// filters returns what a containerd is asked to match its records with. They
// find all that matches says is one; one of them is enough.
func (r Reference) filters() []containerd.Filter {
	switch r.kind {
	case containerdID, dockerName: // containerd does not know Docker's names
		return []containerd.Filter{containerd.IDPrefix(r.name)}
	case inPod:
		all := []containerd.Filter{containerd.Label(labelPodName, r.pod)}
		if r.podNamespace != "" {
			all = append(all, containerd.Label(labelPodNamespace, r.podNamespace))
		}
		if r.container != "" {
			all = append(all, containerd.Label(labelPodContainer, r.container))
		}
		return []containerd.Filter{containerd.All(all...)}
	}
	return []containerd.Filter{
		containerd.IDPrefix(r.name),
		containerd.Label(labelNerdctlName, r.name),
		containerd.Label(labelPodContainer, r.name),
		containerd.Label(labelCompose, r.name),
	}
}

// matches says how well a candidate fits. A sandbox is only meant by its ID,
// or as the one that knows its pod's default container.
func (r Reference) matches(c *candidate) match {
	if c.docker == nil && !r.searches(c.container.Namespace) {
		return noMatch
	}
	labels := c.container.Labels
	if r.kind == inPod {
		pod := c.container.Pod
		if pod == nil || pod.Name != r.pod || r.podNamespace != "" && pod.Namespace != r.podNamespace ||
			r.container != "" && pod.Container != r.container {
			return noMatch
		}
		return byName
	}
	switch {
	case c.container.ID == r.name:
		return byID
	case r.kind != containerdID && !isSandbox(labels) && c.named(r.name):
		return byName
	case strings.HasPrefix(c.container.ID, r.name):
		return byPrefix
	}
	return noMatch
}

// named reports whether people call the container text.
func (c *candidate) named(text string) bool {
	if c.docker != nil && c.docker.Named(text) || c.trace != nil && c.container.Name == text && text != "" {
		return true
	}
	for _, label := range []string{labelNerdctlName, labelPodContainer, labelCompose} {
		if c.record.Labels[label] == text {
			return true
		}
	}
	return false
}

// best keeps those candidates that fit the reference best. An exact ID is
// never anything else, and a name comes before a prefix, as with docker. But
// who makes a container chooses its name: one that could pass for the
// beginning of somebody else's ID does not come before that ID.
func best(text string, candidates []candidate) []candidate {
	const shortest = 4 // hex digits that a person would take for an ID
	top := noMatch
	for _, c := range candidates {
		top = max(top, c.match)
	}
	if top == byName && len(text) >= shortest && isHex(text) {
		top = byPrefix
	}
	var kept []candidate
	for _, c := range candidates {
		if c.match >= top {
			kept = append(kept, c)
		}
	}
	return kept
}
