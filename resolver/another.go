package resolver

import "slices"

// ofAnother reports whether the Docker that has answered is one whose containers
// the user, who has named the socket of a containerd, does not mean. A Docker
// daemon has one containerd: the shims and bundles of its containers show which.
func (r *Resolver) ofAnother(f *finding, look func() *survey) bool {
	if len(r.config.Addresses) == 0 || len(f.docker) == 0 {
		return false
	}
	ids := make(map[string]bool, len(f.docker))
	for _, record := range f.docker {
		ids[record.ID] = true
	}
	if slices.ContainsFunc(f.candidates, func(c candidate) bool { return c.container.Namespace == dockerNamespace && ids[c.container.ID] }) {
		return false
	}
	return slices.ContainsFunc(look().others, func(t *trace) bool { return t.namespace == dockerNamespace && ids[t.id] })
}

// elsewhere returns the socket of the containerd that a container is one of which
// find does not return: another one has an ID of its namespace too. "": none.
func (s *survey) elsewhere(namespace, id string) string {
	if s == nil {
		return ""
	}
	for _, t := range slices.Concat(s.others, s.traces) {
		if t.namespace == namespace && t.id == id && t.address != "" {
			return t.address
		}
	}
	return ""
}
