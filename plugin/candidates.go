package plugin

import (
	"context"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
)

// candidates returns what may stand where last is typed.
func (t *typed) candidates(last string) []string {
	switch {
	case t.value != nil:
		return t.values(t.value, last)
	case strings.HasPrefix(last, "-") && !t.ended:
		return t.flagsFrom(last)
	case len(t.commands) > 0:
		var names []string
		for _, c := range t.commands {
			if !c.Hidden && c.Category != forPrograms {
				names = append(names, c.Name)
			}
		}
		return names
	case t.arguments > 0 && t.name() == "exec":
		return []string{orFiles} // the container's are like the caller's, often
	case t.arguments > 0:
		return nil
	}
	switch t.name() {
	case "exec", "pid", "ns", "doctor":
		return t.containers(t.globals)
	case "ps":
		if len(t.path) > 1 { // task ps
			return t.containers(t.globals)
		}
	case "completion":
		return []string{"bash", "zsh", "fish"}
	case "help":
		var names []string
		for _, c := range newApp().Commands {
			if !c.Hidden && c.Category != forPrograms {
				names = append(names, c.Name)
			}
		}
		return names
	}
	return nil
}

func flagNames(flags []cli.Flag) []string {
	names := []string{"--help"}
	for _, name := range namesOf(flags) {
		names = append(names, dashed(name))
	}
	return names
}

// completeDeadline bounds how long a user waits for the names of containers
// after the tabulator key.
const completeDeadline = time.Second

// plainName reports whether a text is a name that no shell takes for more than
// a name. Whoever makes a container chooses its name, and a completion is text
// for a shell.
func plainName(text string) bool {
	for i, c := range []byte(text) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && (i == 0 || !strings.ContainsRune("_.-", rune(c))) {
			return false
		}
	}
	return text != ""
}

// containerNames returns the names and short IDs of the containers that can be
// entered, or nothing when containerd does not say soon enough.
func containerNames(ctx context.Context, g globals) []string {
	var names []string
	for _, r := range rowsSoon(ctx, g) {
		if !r.live() {
			continue
		}
		for _, name := range []string{r.Name, shortID(r.ID)} {
			if plainName(name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// rowsSoon returns the containers, as many as are known at the deadline.
func rowsSoon(ctx context.Context, g globals) []psRow {
	ctx, cancel := context.WithTimeout(ctx, completeDeadline)
	defer cancel()
	g.timeout, g.connectTimeout, g.debug = completeDeadline, completeDeadline, false
	rows, _, _ := (&call{globals: g}).list(ctx)
	return rows
}
