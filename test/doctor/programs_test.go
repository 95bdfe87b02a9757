package doctor

import (
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func signal(t *testing.T, pid int, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, sig); err != nil {
		t.Fatal(err)
	}
}

// TestShimStopped: the shim hangs, and containerd with it.
func TestShimStopped(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		beside := bed.Run(t, testbed.Container{})
		shim := c.ShimPID(t)
		signal(t, shim, syscall.SIGSTOP)
		t.Cleanup(func() { signal(t, shim, syscall.SIGCONT) })

		r := diagnose(t, bed, c.ID)
		r.expect(t, "degraded", "shim.process", "shim.socket", "containerd.task")
		r.evidence(t, "shim.process", fmt.Sprintf("PID %d is stopped", shim))
		testbed.Equal(t, "PID", r.Container.PID, c.PID)

		r = diagnose(t, bed)
		r.expect(t, "degraded", "shim.process", "shim.socket")
		testbed.Equal(t, "whose shim", r.check(t, "shim.process").Container, "default/"+c.ID)
		diagnose(t, bed, beside.ID).expect(t, "healthy")
	})
}

// TestShimKilled: the shim is gone, while containerd hangs, which would have
// ended the container with it.
func TestShimKilled(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		shim := c.ShimPID(t)
		signal(t, bed.PID, syscall.SIGSTOP)
		t.Cleanup(func() { signal(t, bed.PID, syscall.SIGCONT) })
		signal(t, shim, syscall.SIGKILL)
		testbed.Eventually(t, limit, "the shim has ended", func() bool { return c.ShimPID(t) != shim })

		r := diagnose(t, bed, c.ID)
		r.expect(t, "degraded", "containerd.process", "containerd.api", "shim.process", "shim.socket")
		r.evidence(t, "shim.process", "is gone")
		r.evidence(t, "shim.socket", "nobody listens")
	})
}

// TestShimSocketRemoved: the shim runs, and nobody can reach it.
func TestShimSocketRemoved(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		socket := diagnose(t, bed, c.ID).check(t, "shim.socket").Subject
		if err := os.Rename(socket, socket+".away"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Rename(socket+".away", socket) })
		r := diagnose(t, bed, c.ID)
		r.expect(t, "degraded", "shim.socket")
		r.evidence(t, "shim.socket", "does not exist")
	})
}

// TestDaemonStopped: containerd takes connections, which the kernel makes, and
// does not answer.
func TestDaemonStopped(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		signal(t, bed.PID, syscall.SIGSTOP)
		t.Cleanup(func() { signal(t, bed.PID, syscall.SIGCONT) })
		r := diagnose(t, bed, c.ID)
		r.expect(t, "degraded", "containerd.process", "containerd.api")
		r.evidence(t, "containerd.process", fmt.Sprintf("PID %d is stopped", bed.PID))
		testbed.Equal(t, "PID", r.Container.PID, c.PID)
		diagnose(t, bed).expect(t, "broken", "containerd.process", "containerd.api")
	})
}

// TestDaemonKilled: containerd is gone, and its containers run on.
func TestDaemonKilled(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		signal(t, bed.PID, syscall.SIGKILL)
		testbed.Eventually(t, limit, "containerd has ended", func() bool {
			_, err := net.Dial("unix", bed.Address)
			return err != nil
		})
		r := diagnose(t, bed, c.ID)
		r.expect(t, "degraded", "containerd.socket")
		r.evidence(t, "containerd.socket", "nobody listens")
		testbed.Equal(t, "PID", r.Container.PID, c.PID)
		diagnose(t, bed).expect(t, "broken", "containerd.socket")
	})
}

// TestSilentSocket: something listens where containerd should, and says
// nothing.
func TestSilentSocket(t *testing.T) {
	bed := testbed.Start(t, testbed.V2())
	c := bed.Run(t, testbed.Container{})
	if err := os.Rename(bed.Address, bed.Address+".away"); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", bed.Address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		listener.Close()
		_ = os.Rename(bed.Address+".away", bed.Address)
	})
	r := diagnose(t, bed, c.ID)
	r.expect(t, "degraded", "containerd.api")
	r.evidence(t, "containerd.api", "does not answer")
	r.evidence(t, "containerd.process", fmt.Sprintf("PID %d runs", os.Getpid()))
}
