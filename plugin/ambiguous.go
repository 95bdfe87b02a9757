package plugin

import (
	"fmt"
	"strings"

	"github.com/sidestep-dev/sidestep/resolver"
)

// ambiguity is what the user is to see of a reference that means several
// containers: each of them, and what tells them apart.
func ambiguity(err *resolver.AmbiguousError) *failure {
	return &failure{
		err:    fmt.Errorf("ambiguous: %q matches %d containers", err.Reference, len(err.Candidates)),
		detail: candidates(err.Candidates),
		hint:   ambiguousHint(err),
		code:   exitFailed,
	}
}

// candidates returns a line for each container that a reference may mean: its
// ID, namespace and name, its pod if it has one, and who knows it if not all are
// known by the same.
func candidates(containers []resolver.Container) []string {
	severalSources := differ(containers, func(c resolver.Container) string { return c.Source })
	var lines []string
	for _, c := range containers {
		words := []string{cell(c.ID), cell(c.Namespace), cell(word(c.Name))}
		switch p := c.Pod; {
		case p != nil && p.Container == "":
			words = append(words, "sandbox of pod", cell(word(p.Namespace+"/"+p.Name)))
		case p != nil:
			words = append(words, "pod", cell(word(podPath(p))))
		}
		if severalSources {
			words = append(words, "in", cell(c.Source))
		}
		lines = append(lines, strings.Join(words, " "))
	}
	return lines
}

// podPath names a container as it is named in its pod.
func podPath(p *resolver.Pod) string { return p.Namespace + "/" + p.Name + "/" + p.Container }

// ambiguousHint says what tells the candidates apart.
func ambiguousHint(err *resolver.AmbiguousError) string {
	all := err.Candidates
	if haveNames(err) {
		return "use one of the names or the IDs listed"
	}
	var ways []string
	pods := tellApart(all, func(c resolver.Container) string {
		if c.Pod == nil {
			return ""
		}
		return podPath(c.Pod)
	})
	switch first := all[0].Pod; {
	case pods && differ(all, func(c resolver.Container) string { return c.Pod.Namespace + "/" + c.Pod.Name }):
		ways = append(ways, "name the pod: pod/NAMESPACE/POD/CONTAINER")
	case pods:
		ways = append(ways, fmt.Sprintf("name the pod's container: pod/%s/%s/CONTAINER", first.Namespace, first.Name))
	}
	switch {
	case isPrefix(err) && differ(all, idOf):
		ways = append(ways, "use a longer ID")
	case !pods && tellApart(all, idOf):
		ways = append(ways, "use one of the IDs listed")
	}
	if !pods && differ(all, func(c resolver.Container) string { return c.Namespace }) {
		ways = append(ways, "name the namespace: -n NAMESPACE before the command")
	}
	if haveTwins(all) {
		ways = append(ways, "name the socket: -a SOCKET before the command")
	}
	if len(ways) == 0 {
		return "enter one by its process: pid:N, as sidestep ps shows it"
	}
	return strings.Join(ways, ", or ")
}

func idOf(c resolver.Container) string { return c.ID }

// differ reports whether a feature is not the same of all containers.
func differ(all []resolver.Container, feature func(resolver.Container) string) bool {
	for _, c := range all {
		if feature(c) != feature(all[0]) {
			return true
		}
	}
	return false
}

// tellApart reports whether all containers have a feature, each another.
func tellApart(all []resolver.Container, feature func(resolver.Container) string) bool {
	seen := map[string]bool{"": true}
	for _, c := range all {
		text := feature(c)
		if seen[text] {
			return false
		}
		seen[text] = true
	}
	return true
}

// isPrefix reports whether the reference is the beginning of each ID.
func isPrefix(err *resolver.AmbiguousError) bool {
	text := err.Reference.String()
	if _, rest, ok := strings.Cut(text, "://"); ok {
		text = rest
	}
	for _, c := range err.Candidates {
		if c.ID == text || !strings.HasPrefix(c.ID, text) {
			return false
		}
	}
	return true
}

// haveTwins reports whether two containers have the same ID and namespace, in
// different containerds.
func haveTwins(all []resolver.Container) bool {
	type key struct{ id, namespace string }
	sources := map[key]string{}
	for _, c := range all {
		k := key{c.ID, c.Namespace}
		if source, ok := sources[k]; ok && source != c.Source && c.Namespace != "" {
			return true
		}
		sources[k] = c.Source
	}
	return false
}

// haveNames reports whether each candidate has a name of its own that is not what
// the user has typed. In other pods more containers may have the names of these.
func haveNames(err *resolver.AmbiguousError) bool {
	seen := map[string]bool{err.Reference.String(): true, "": true}
	for _, c := range err.Candidates {
		if c.Pod != nil || seen[c.Name] {
			return false
		}
		seen[c.Name] = true
	}
	return true
}
