package resolver

import (
	"fmt"
	"strings"
)

// list writes "no namespace", "namespace a", "namespaces a, b".
func list(what string, names []string) string {
	switch len(names) {
	case 0:
		return "no " + what
	case 1:
		return what + " " + names[0]
	}
	return what + "s " + strings.Join(names, ", ")
}

// count writes "1 container", "2 containers".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// describe names a container in a message. Whoever makes a container chooses
// its ID, names and labels, so they are quoted.
func describe(c Container) string {
	id := c.ID
	if isFullID(id) {
		id = id[:12]
	}
	var more []string
	switch {
	case c.Pod != nil && c.Pod.Container == "":
		more = append(more, fmt.Sprintf("sandbox of pod %q", c.Pod.Namespace+"/"+c.Pod.Name))
	case c.Pod != nil:
		more = append(more, fmt.Sprintf("pod %q", c.Pod.Namespace+"/"+c.Pod.Name+"/"+c.Pod.Container))
	case c.Name != "" && c.Name != c.ID:
		more = append(more, fmt.Sprintf("name %q", c.Name))
	}
	if c.Namespace != "" {
		more = append(more, fmt.Sprintf("namespace %q", c.Namespace))
	}
	if len(more) == 0 {
		return fmt.Sprintf("%q", id)
	}
	return fmt.Sprintf("%q (%s)", id, strings.Join(more, ", "))
}
