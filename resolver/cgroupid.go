package resolver

import (
	"slices"
	"strings"
)

// components returns the parts of a cgroup's path. Those that lead out of the
// reader's cgroup namespace name nothing.
func components(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(part string) bool {
		return part == "" || part == "." || part == ".."
	})
}

// namedAfter reports whether a part of a cgroup's path names a container, in
// one of the forms in which runtimes do:
//
//	/docker/ID, /kubepods/burstable/podUID/ID, /default/ID
//	…/docker-ID.scope, …/cri-containerd-ID.scope, …/nerdctl-ID.scope
//	…/SLICE:PREFIX:ID, where a path of the systemd form met the cgroupfs driver
func namedAfter(path, id string) bool {
	if id == "" {
		return false
	}
	for _, part := range components(path) {
		scope, isScope := strings.CutSuffix(part, ".scope")
		if part == id || isScope && (scope == id || strings.HasSuffix(scope, "-"+id)) ||
			strings.Count(part, ":") == 2 && strings.HasSuffix(part, ":"+id) {
			return true
		}
	}
	return false
}

// idsIn returns the IDs of the containers that a cgroup's path may be named
// after, the innermost first.
func idsIn(path string) []string {
	var ids []string
	parts := components(path)
	slices.Reverse(parts)
	for _, part := range parts {
		id := part
		if scope, ok := strings.CutSuffix(part, ".scope"); ok {
			id = scope[strings.LastIndexByte(scope, '-')+1:]
		} else if strings.Count(part, ":") == 2 {
			id = part[strings.LastIndexByte(part, ':')+1:]
		}
		if badName("", id) == "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}
