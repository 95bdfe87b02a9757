package resolver

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/resolver/shim"
	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

// TestSilentOne: a shim that did not answer sidestep either is blamed before the
// containerd that asks it.
func TestSilentOne(t *testing.T) {
	server := fakecontainerd.Start(t)
	daemon, err := containerd.Open(context.Background(), server.Address, containerd.Deadlines{})
	if err != nil {
		t.Fatal(err)
	}
	defer daemon.Close()
	for want, others := range map[string][]testimony{
		"the container's shim, which containerd at " + server.Address + " asks,": {
			{source: SourceRuntime, err: errNoClaim}, {source: SourceShim, err: &shim.Error{Kind: shim.NoAnswer}},
		},
		"containerd at " + server.Address + ", which asks the container's shim,": {{source: SourceShim, err: errSilent}},
		"containerd at " + server.Address: {
			{source: SourceShim, err: &shim.Error{Kind: shim.NoSocket}}, {source: SourceRuntime, err: errSilent}, {source: SourceBundle, err: errors.New("x")},
		},
	} {
		found := &Target{}
		for _, one := range others {
			found.Others = append(found.Others, newOther(one))
		}
		if got := silentOne(found, daemon); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestUnaskedDaemon: it is said why a containerd was not asked, and how to.
func TestUnaskedDaemon(t *testing.T) {
	for address, want := range map[string]string{"/tmp/c.sock": "-a /tmp/c.sock asks it", knownSockets[0]: "there is no such socket"} {
		if got := unaskedDaemon(address); !strings.Contains(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
