package resolver

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// A full ID that a runtime knows needs no look at everything, unless its process is
// not the one that was recorded.
func TestDirect(t *testing.T) {
	pid, _ := sleeper(t)
	start := startOf(t, pid)
	h := newHost(t)
	h.config.Addresses = nil
	if err := os.Remove(h.at.root + "/run/containerd/containerd.sock"); err != nil {
		t.Fatal(err)
	}
	id := strings.Repeat("e1", 32)
	h.write("bundle/config.json", `{"ociVersion":"1.0.2",`+strings.TrimPrefix(fitting, "{"))
	record := func(start uint64) {
		h.write("run/crun/"+id+"/status", fmt.Sprintf(`{"pid":%d,"process-start-time":%d,"bundle":%q}`, pid, start, h.at.root+"/bundle"))
	}
	direct := func(got *Target) bool {
		return slices.ContainsFunc(got.Others, func(o Other) bool { return o.Reason == errUnneeded.Error() })
	}
	record(start)
	got, err := target(t, h.resolver(), id)
	if err != nil || got.Process.PID() != pid || got.Kind != SourceRuntime || got.Container.Spec == nil || !direct(got) {
		t.Errorf("by its ID: %+v, %v", got, err)
	}
	if got, err = target(t, h.resolver(), id[:12]); err != nil || got.Process.PID() != pid || direct(got) {
		t.Errorf("by a prefix: %+v, %v", got, err)
	}
	h.config.Addresses = []string{h.server.Address} // and so containers of others are not meant
	if got, err = target(t, h.resolver(), id); refused(err) != "none" {
		t.Errorf("with a socket: %+v, %v", got, err)
	}
	h.config.Addresses = nil
	record(start + 1)
	if got, err = target(t, h.resolver(), id); err == nil {
		t.Errorf("of a process that was not recorded: %+v", got)
	}
}
