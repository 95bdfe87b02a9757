package plugin

import (
	"context"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// values returns what a flag may be given. What only the container knows, such as
// its users, is not offered.
func (t *typed) values(f cli.Flag, last string) []string {
	switch f.Names()[0] {
	case "output":
		if t.name() == "ps" {
			return []string{formatTable, formatWide, formatJSON}
		}
		return []string{formatJSON}
	case "join":
		var kinds []string
		for _, kind := range proc.Kinds() {
			kinds = append(kinds, kind.String())
		}
		return listsOf(kinds, last)
	case "source":
		return listsOf(strings.Split(sourceNames(), ","), last)
	case "cap-add":
		return plan.CapabilityNames()
	case "namespace":
		return t.namespaces(t.globals)
	case "address", "runtime-root", "env-file", "pid-file":
		return []string{orFiles}
	}
	return nil
}

// listsOf returns what a list may become whose last item is being typed.
func listsOf(names []string, last string) []string {
	before := last[:strings.LastIndex(last, ",")+1]
	var lists []string
	for _, name := range names {
		if !slices.Contains(strings.Split(before, ","), name) {
			lists = append(lists, before+name)
		}
	}
	return lists
}

// flagsFrom returns the flags, or, after --output= and its like, what the flag may
// be given.
func (t *typed) flagsFrom(last string) []string {
	name, value, attached := strings.Cut(last, "=")
	if !attached {
		return flagNames(t.flags)
	}
	t.takeFlag(name)
	if t.value == nil {
		return nil
	}
	var words []string
	for _, v := range t.values(t.value, value) {
		if v != orFiles {
			v = name + "=" + v
		}
		words = append(words, v)
	}
	return words
}

// namespaceNames returns containerd's namespaces that have containers.
func namespaceNames(ctx context.Context, g globals) []string {
	g.namespace = ""
	var names []string
	for _, r := range rowsSoon(ctx, g) {
		if plainName(r.Namespace) {
			names = append(names, r.Namespace)
		}
	}
	return names
}
