package containers

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// oddCaller starts a program with all that a process inherits and that is not
// as usual: a limit, umask, ignored signals, CPU affinity, capabilities, a
// working directory and variables. The priority, and a limit that the
// container's spec does not name, are the caller's with runc exec too.
const oddCaller = `cd /etc && ulimit -S -n 111 && umask 077 && trap '' HUP PIPE USR1 && export HOME=/nowhere LD_PRELOAD=/nowhere GODEBUG=x=1 &&
exec taskset 1 setpriv --inh-caps +chown,+sys_admin --ambient-caps +chown,+sys_admin "$@"`

// TestCallerLeavesNoTrace: what the caller is like makes no difference.
func TestCallerLeavesNoTrace(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		args := []string{"exec", c.ID, "/bin/sh", "-c", confinement + "; grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status"}
		usual := bed.Output(t, args...)

		cmd := exec.Command("sh", append([]string{"-c", oddCaller, "sh"}, bed.Command(args...).Args...)...)
		cmd.Env = bed.Command().Env
		r := testbed.Run(t, cmd)
		if r.Code != 0 {
			t.Fatalf("%+v", r)
		}
		diff(t, strings.TrimSuffix(r.Stdout, "\n"), usual)
	})
}
