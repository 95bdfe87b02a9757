package doctor

import (
	"fmt"
	"syscall"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestPod: the containers of a pod have one shim, which was started for the
// first of them.
func TestPod(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		first := "sandbox"
		inPod := func(s *specs.Spec) {
			s.Annotations = map[string]string{"io.kubernetes.cri.sandbox-id": first}
		}
		sandbox := bed.Run(t, testbed.Container{ID: first, Namespace: "k8s.io", Spec: inPod})
		app := bed.Run(t, testbed.Container{Namespace: "k8s.io", Spec: inPod})
		shim := app.ShimPID(t)
		testbed.Equal(t, "the pod's shim", sandbox.ShimPID(t), shim)

		r := diagnose(t, bed, app.ID)
		r.expect(t, "healthy")
		r.evidence(t, "shim.process", fmt.Sprintf("PID %d runs", shim))
		r.evidence(t, "shim.socket", fmt.Sprintf("names PID %d", app.PID))
		diagnose(t, bed).evidence(t, "shim.socket", "1 of 1 shims answer")

		signal(t, shim, syscall.SIGSTOP)
		t.Cleanup(func() { signal(t, shim, syscall.SIGCONT) })
		for _, c := range []*testbed.Container{sandbox, app} {
			r := diagnose(t, bed, c.ID)
			testbed.Equal(t, "PID", r.Container.PID, c.PID)
			r.expect(t, "degraded", "shim.process", "shim.socket", "containerd.task")
		}
	})
}
