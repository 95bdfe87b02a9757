package commands

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func TestEnvironment(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		file := filepath.Join(bed.Dir, "env")
		testbed.WriteFile(t, file, "# a comment\n\nIN_FILE=from the file\nTWICE=file\n", 0o600)
		cmd := bed.Command("exec", "-e", "GIVEN=a=b, c", "-e", "FROM_CALLER", "-e", "NOT_THERE", "-e", "REPLACED=yes",
			"-e", "EMPTY=", "--env-file", file, "-e", "TWICE=flag", c.ID, "env")
		cmd.Env = append(cmd.Env, "FROM_CALLER=the caller's", "SECRET=the caller's own")
		env := "\n" + testbed.Run(t, cmd).Stdout
		for _, want := range []string{
			"GIVEN=a=b, c", "FROM_CALLER=the caller's", "REPLACED=yes", "EMPTY=", "IN_FILE=from the file", "TWICE=flag", "FROM_SPEC=yes",
			"PATH=" + testbed.Path,
		} {
			if !strings.Contains(env, "\n"+want+"\n") {
				t.Errorf("no %s in%s", want, env)
			}
		}
		for _, not := range []string{"NOT_THERE", "SECRET", "SIDESTEP", "CONTAINERD_ADDRESS", "REPLACED=no"} {
			if strings.Contains(env, not) {
				t.Errorf("%s in%s", not, env)
			}
		}
	})
}
