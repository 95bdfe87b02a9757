package commands

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// noCaps is an empty set of capabilities in /proc/PID/status.
const noCaps = "0000000000000000"

// privileges returns what /proc/self/status says of a command's privileges.
func privileges(t *testing.T, bed *testbed.Bed, c *testbed.Container, flags ...string) map[string]string {
	t.Helper()
	args := append(append([]string{"exec"}, flags...), c.ID, "grep", "-E", "^(Cap|NoNewPrivs)", "/proc/self/status")
	return fields(bed.Output(t, args...))
}

// fields returns the lines "Name:\tvalue".
func fields(status string) map[string]string {
	found := map[string]string{}
	for line := range strings.Lines(status) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":\t")
		found[name] = value
	}
	return found
}

func TestPrivileges(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		testbed.Equal(t, "the spec's", fmt.Sprint(privileges(t, bed, c)), fmt.Sprint(map[string]string{
			"CapInh": noCaps, "CapPrm": noCaps, "CapEff": noCaps, "CapBnd": noCaps, "CapAmb": noCaps, "NoNewPrivs": "0",
		}))
		host, err := os.ReadFile("/proc/self/status")
		if err != nil {
			t.Fatal(err)
		}
		all := fields(string(host))["CapBnd"]
		privileged := privileges(t, bed, c, "--privileged", "-u", "0")
		for set, want := range map[string]string{"CapInh": noCaps, "CapPrm": all, "CapEff": all, "CapBnd": all} {
			testbed.Equal(t, "--privileged: "+set, privileged[set], want)
		}
		added := privileges(t, bed, c, "--cap-add", "NET_ADMIN", "--cap-add", "cap_sys_ptrace", "-u", "0")
		testbed.Equal(t, "--cap-add: CapEff", added["CapEff"], "0000000000081000")
		testbed.Equal(t, "--cap-add: CapInh", added["CapInh"], noCaps)
		testbed.Equal(t, "--no-new-privs", privileges(t, bed, c, "--no-new-privs")["NoNewPrivs"], "1")
	})
}
