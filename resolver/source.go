package resolver

import (
	"fmt"
	"slices"
	"strings"
)

// Source is one of those who may name the process of a container.
type Source string

// The sources. All but containerd's gRPC API are there, and mean the same,
// whether or not containerd answers.
const (
	SourceContainerd Source = "containerd" // its gRPC API
	SourceShim       Source = "shim"       // the shim's own socket
	SourceBundle     Source = "bundle"     // the PID that the shim, or conmon, has written down
	SourceRuntime    Source = "runtime"    // the state of runc or crun
	SourceProc       Source = "proc"       // the cgroups of the processes in /proc
)

// Sources returns all sources, the one that is believed first before the others.
func Sources() []Source {
	return []Source{SourceContainerd, SourceShim, SourceBundle, SourceRuntime, SourceProc}
}

// ParseSources parses a list of sources with commas between them. Their order
// is that of belief.
func ParseSources(list string) ([]Source, error) {
	var sources []Source
	for _, name := range strings.Split(list, ",") {
		source := Source(strings.TrimSpace(name))
		if !slices.Contains(Sources(), source) {
			var names []string
			for _, s := range Sources() {
				names = append(names, string(s))
			}
			return nil, fmt.Errorf("unknown source %q: it is one of %s", source, strings.Join(names, ", "))
		}
		if !slices.Contains(sources, source) {
			sources = append(sources, source)
		}
	}
	return sources, nil
}

// uses reports whether a source is to be asked.
func (r *Resolver) uses(source Source) bool { return slices.Contains(r.config.Sources, source) }

// onDisk returns the sources beside containerd that are to be asked, in order.
func (r *Resolver) onDisk() []Source {
	return slices.DeleteFunc(slices.Clone(r.config.Sources), func(s Source) bool { return s == SourceContainerd })
}

// hurries reports whether another source is believed before containerd, and so
// is asked at once.
func (r *Resolver) hurries() bool { return r.config.Sources[0] != SourceContainerd }
