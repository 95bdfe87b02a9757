package commands

import (
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestUser: the group 4242 was given to the container, by no file.
func TestUser(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		for user, want := range map[string]string{
			"":            "33 33 33 4242", // the spec's
			"0":           "0 0 0 4242",
			"root":        "0 0 0 4242",
			"dev":         "1000 1000 10 33 1000 4242",
			"1000":        "1000 1000 10 33 1000 4242",
			"1000:10":     "1000 10 10 4242",
			"dev:wheel":   "1000 10 10 4242",
			"4711":        "4711 0 0 4242",
			"4711:4712":   "4711 4712 4242 4712",
			"2147483647":  "2147483647 0 0 4242",
			"dev:4000000": "1000 4000000 4242 4000000",
		} {
			args := []string{"exec"}
			if user != "" {
				args = append(args, "-u", user)
			}
			got := bed.Output(t, append(args, c.ID, "sh", "-c", "echo $(id -u) $(id -g) $(id -G | tr ' ' '\\n' | sort -n)")...)
			testbed.Equal(t, "-u "+user, strings.TrimSpace(got), want)
		}
	})
}
