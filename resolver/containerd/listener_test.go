package containerd

import (
	"os"
	"testing"

	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

func TestListener(t *testing.T) {
	server := fakecontainerd.Start(t)
	if pid, err := Listener(server.Address); err != nil || pid != os.Getpid() {
		t.Errorf("PID %d, %v", pid, err)
	}
	if pid, err := Listener(fakecontainerd.SocketPath(t)); err == nil {
		t.Errorf("nobody listens, and PID %d does", pid)
	}
}
