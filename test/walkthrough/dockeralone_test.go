package walkthrough

import (
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestDockerAlone: a Docker daemon that has a containerd of its own, which
// `-a` names: it is at the default place only when Docker's directories are.
func TestDockerAlone(t *testing.T) {
	bed, dock := testbed.StartDockerAlone(t)
	id := dock.Run(t, "--name", "alone", "busybox", "sleep", "86400")
	testbed.Equal(t, "hostname", bed.Output(t, "--address", bed.Address, "exec", "alone", "hostname"), id[:12])
	testbed.Equal(t, "hostname by CONTAINERD_ADDRESS", bed.Output(t, "exec", id[:12], "hostname"), id[:12])
}
