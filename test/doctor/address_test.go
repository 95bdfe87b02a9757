package doctor

import (
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// unnamed returns doctor for a user who has not said where containerd listens.
func unnamed(bed *testbed.Bed, args ...string) *exec.Cmd {
	cmd := bed.Command(append([]string{"doctor", "-o", "json"}, args...)...)
	cmd.Env = append(cmd.Env, "CONTAINERD_ADDRESS=")
	return cmd
}

// TestUnusualAddress: a containerd that listens where nobody looks for it is
// asked all the same: the shim names it.
func TestUnusualAddress(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		r := reportOf(t, unnamed(bed, c.ID))
		r.expect(t, "healthy")
		testbed.Equal(t, "socket", r.check(t, "containerd.socket").Subject, bed.Address)
		r.evidence(t, "containerd.metadata", "has the record")
	})
}

// TestDaemonEnded: containerd was ended in order, as systemctl stop does it, and
// has taken its socket with it.
func TestDaemonEnded(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		signal(t, bed.PID, syscall.SIGTERM)
		testbed.Eventually(t, limit, "containerd has removed its socket", func() bool {
			_, err := os.Stat(bed.Address)
			return os.IsNotExist(err)
		})
		for _, r := range []report{diagnose(t, bed, c.ID), reportOf(t, unnamed(bed, c.ID))} {
			r.expect(t, "degraded", "containerd.socket")
			r.evidence(t, "containerd.socket", bed.Address+" does not exist")
			testbed.Equal(t, "PID", r.Container.PID, c.PID)
		}
		diagnose(t, bed, "nobody").expect(t, "broken", "containerd.socket", "enter")
		diagnose(t, bed).expect(t, "broken", "containerd.socket")
	})
}
