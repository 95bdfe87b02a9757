package walkthrough

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

var kinds = []string{"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"}

// namespaces: what `sidestep ns` says of the container and of the host is what
// a process inside and one outside see.
func (s site) namespaces(t *testing.T) {
	table := s.bed.Output(t, "ns", s.name)
	inside := map[string]string{}
	for _, kind := range kinds {
		inside[kind] = s.bed.Output(t, "exec", s.name, "readlink", "/proc/self/ns/"+kind)
		outside, err := os.Readlink("/proc/self/ns/" + kind)
		if err != nil {
			t.Fatal(err)
		}
		line := lineOf(table, kind)
		if !strings.Contains(line, number(inside[kind])) {
			t.Errorf("ns says %q, inside it is %s", line, inside[kind])
		}
		if !strings.Contains(line, number(outside)) {
			t.Errorf("ns says %q, outside it is %s", line, outside)
		}
		if shared := strings.Contains(line, "shared"); shared != (inside[kind] == outside) {
			t.Errorf("ns says %q, inside it is %s and outside %s", line, inside[kind], outside)
		}
	}
	if output := s.bed.Output(t, "ns", s.name, "-o", "json"); !json.Valid([]byte(output)) {
		t.Errorf("ns -o json: %s", output)
	}
}

// number returns the inode of "net:[4026531840]".
func number(link string) string {
	_, rest, _ := strings.Cut(link, "[")
	return strings.TrimSuffix(rest, "]")
}

// lineOf returns the first line of a table that has the word in its first
// column.
func lineOf(table, word string) string {
	for line := range strings.Lines(table) {
		if fields := strings.Fields(line); len(fields) > 0 && fields[0] == word {
			return strings.TrimSpace(line)
		}
	}
	return ""
}
