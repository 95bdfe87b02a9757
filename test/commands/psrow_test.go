package commands

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// row is what the tests read of `ps -o json`.
type row struct {
	ID        string   `json:"id"`
	Namespace string   `json:"namespace"`
	PID       int      `json:"pid"`
	State     string   `json:"state"`
	Shared    []string `json:"shared"`
	Pod       *struct {
		Namespace, Name string
	} `json:"pod"`
}

// rows returns what `ps -o json` printed, by container ID.
func rows(t *testing.T, r testbed.Result) map[string]row {
	t.Helper()
	var list []row
	if err := json.Unmarshal([]byte(r.Stdout), &list); err != nil || r.Code != 0 {
		t.Fatalf("ps: %v: %+v", err, r)
	}
	byID := map[string]row{}
	for _, row := range list {
		byID[row.ID] = row
	}
	testbed.Equal(t, "rows with an ID of their own", len(byID), len(list))
	return byID
}

// sharedWithHost lists the namespaces that a container shares with the host,
// as `ns` marks them.
func sharedWithHost(t *testing.T, bed *testbed.Bed, c *testbed.Container) []string {
	t.Helper()
	var shared []string
	for line := range strings.Lines(bed.Output(t, "ns", c.ID)) {
		if strings.Contains(line, "shared") {
			shared = append(shared, strings.Fields(line)[0])
		}
	}
	if got := strings.Join(shared, " "); !strings.Contains(got, "net") || strings.Contains(got, "pid") {
		t.Errorf("shared with the host: %s", got)
	}
	return shared
}
