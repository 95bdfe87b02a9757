package faults

import (
	"os"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func shimFaults() []fault {
	return []fault{
		{name: "shim stopped", inject: stopShims, named: []string{"shim.process"}},
		{name: "shim and containerd stopped", inject: both(stopShims, stopContainerd), named: []string{"shim.process"}},
		{name: "shim and containerd killed", inject: both(killContainerd, killShims), named: []string{"shim.process"}, fatal: true},
		{
			name: "shim stopped, the container has ended", inject: both(stopShims, killInits),
			refused: "has exited", gone: true, slow: true, named: []string{"init.process"}, fatal: true,
		},
		{name: "shim's socket removed", inject: removeSockets, named: []string{"shim.socket"}},
		{name: "containerd killed, shim's socket removed", inject: both(killContainerd, removeSockets), named: []string{"shim.socket"}},
	}
}

// both injects one fault after the other, and undoes them in the other order.
func both(first, second func(*testing.T, *world)) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		first(t, w)
		second(t, w)
	}
}

func stopShims(t *testing.T, w *world) {
	for _, v := range w.victims {
		testbed.Stop(t, v.shim)
	}
}

// killShims kills the shims of a containerd that does not notice: one that
// does ends their containers.
func killShims(t *testing.T, w *world) {
	for _, v := range w.victims {
		testbed.Kill(t, v.shim)
	}
}

// killInits kills the containers' processes.
func killInits(t *testing.T, w *world) {
	for _, v := range w.victims {
		testbed.Kill(t, v.pid)
	}
}

func removeSockets(t *testing.T, w *world) {
	for _, v := range w.victims {
		saved := v.socket + ".saved"
		if err := os.Rename(v.socket, saved); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := os.Rename(saved, v.socket); err != nil {
				t.Error(err)
			}
		})
	}
}
