package doctor

import (
	"encoding/json"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestPodman: a container that no daemon knows has a chain too: conmon looks
// after it, and a runtime has started it.
func TestPodman(t *testing.T) {
	podman := testbed.StartPodman(t, "runc")
	id, pid := podman.Run(t, "--name", "front")
	look := func() report { return reportOf(t, podman.Command("doctor", "-o", "json", "front")) }
	r := look()
	r.expect(t, "healthy")
	testbed.Equal(t, "ID", r.Container.ID, id)
	testbed.Equal(t, "PID", r.Container.PID, pid)
	r.evidence(t, "runtime.binary", "runc version")
	r.evidence(t, "runtime.state", podman.RuntimeRoot)
	for _, absent := range []string{"containerd.", "shim.", "docker."} {
		for _, c := range r.Checks {
			if strings.HasPrefix(c.ID, absent) {
				t.Errorf("it has a %s: %+v", c.ID, c)
			}
		}
	}
	var w whose
	if err := json.Unmarshal([]byte(testbed.Run(t, podman.Command("who", "-o", "json", fmt.Sprint(pid))).Stdout), &w); err != nil || w.Container == nil {
		t.Fatalf("%+v, %v", w, err)
	}
	testbed.Equal(t, "who", w.Container.ID+" "+w.Container.Role, id+" init")

	var conmon int
	for _, p := range testbed.Processes() {
		if p.PID == pid {
			conmon = p.PPID
		}
	}
	r.evidence(t, "conmon.process", fmt.Sprintf("PID %d runs", conmon))
	signal(t, conmon, syscall.SIGSTOP)
	t.Cleanup(func() { signal(t, conmon, syscall.SIGCONT) })
	look().expect(t, "degraded", "conmon.process")
}
