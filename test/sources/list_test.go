package sources

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// row is a container in what `ps -o json` says.
type row struct {
	PID                           int
	ID, Namespace, Name           string
	State, Source, PIDFrom, Error string
	Pod                           *struct{ Namespace, Name string }
}

// rows lists the containers, by ID, within a time, and returns what is on stderr.
func rows(t *testing.T, bed *testbed.Bed, limit time.Duration, args ...string) (map[string]row, string) {
	t.Helper()
	var r testbed.Result
	var took time.Duration
	for range 5 { // the machine may be busy with something else
		start := time.Now()
		r = bed.Sidestep(t, append(args, "ps", "-o", "json")...)
		if took = time.Since(start); took <= limit {
			break
		}
	}
	start := time.Now()
	bed.Sidestep(t, "version")
	if limit += 10 * time.Since(start); took > limit {
		t.Errorf("ps took %v, want at most %v", took, limit)
	}
	var list []row
	if err := json.Unmarshal([]byte(r.Stdout), &list); err != nil || r.Code != 0 {
		t.Fatalf("ps: exit code %d, %v: %s", r.Code, err, r.Stderr)
	}
	byID := map[string]row{}
	for _, one := range list {
		byID[one.ID] = one
	}
	return byID, r.Stderr
}

// TestList: what runs is listed in whatever state the daemon is.
func TestList(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		var all []*testbed.Container
		for range 3 {
			all = append(all, bed.Run(t, testbed.Container{}))
		}
		paused := all[2]
		paused.Ctr(t, "task", "pause", paused.ID)
		expect := func(what, stderr string, stuck *testbed.Container) {
			t.Helper()
			found, said := rows(t, bed, 1200*time.Millisecond)
			testbed.Equal(t, what+": containers", len(found), len(all))
			for _, c := range all {
				state := "running"
				if c == paused {
					state = "paused"
				}
				testbed.Equal(t, what, fmt.Sprint(found[c.ID].PID, " ", found[c.ID].State), fmt.Sprint(c.PID, " ", state))
				if (found[c.ID].PIDFrom != "") != (stuck == nil || stuck == c) {
					t.Errorf("%s: %+v", what, found[c.ID])
				}
			}
			if !strings.Contains(said, stderr) {
				t.Errorf("%s: stderr %q", what, said)
			}
		}
		stop(t, all[0].ShimPID(t))
		expect("a shim is stopped", all[0].ID, all[0])
		stop(t, bed.PID)
		expect("containerd is stopped", "no answer in", nil)
		kill(t, bed.PID)
		expect("containerd is gone", "nobody listens", nil)
	})
}
