package commands

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func TestPid(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		testbed.Equal(t, "pid", bed.Output(t, "pid", c.ID), fmt.Sprint(c.PID))
		var found struct {
			PID        int
			ID, Source string
		}
		if err := json.Unmarshal([]byte(bed.Output(t, "pid", c.ID, "-o", "json")), &found); err != nil {
			t.Fatal(err)
		}
		testbed.Equal(t, "PID in JSON", found.PID, c.PID)
		testbed.Equal(t, "ID in JSON", found.ID, c.ID)
		if !strings.Contains(found.Source, "containerd") {
			t.Errorf("source %q", found.Source)
		}
		testbed.Equal(t, "pid of a PID", bed.Output(t, "pid", fmt.Sprintf("pid:%d", c.PID)), fmt.Sprint(c.PID))
	})
}

// TestNsOfPID: what `ns pid:N` says is what `ns` says of the container.
func TestNsOfPID(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		testbed.Equal(t, "by ID and by PID", bed.Output(t, "ns", c.ID), bed.Output(t, "ns", fmt.Sprintf("pid:%d", c.PID)))
	})
}
