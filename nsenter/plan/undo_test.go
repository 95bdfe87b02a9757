package plan_test

import (
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// A namespace that init made for itself is init's, not the container's.
func TestNamespaceThatTheSpecDoesNotListIsNotJoined(t *testing.T) {
	spec := dockerSpec()
	spec.Linux.Namespaces = spec.Linux.Namespaces[1:] // no PID namespace
	f := dockerFacts()
	f.Runtime = f.Caller
	if p := decide(t, f, spec, plan.Request{}); p.Joins(proc.PID) || !p.Joins(proc.Net) {
		t.Errorf("%v", p.Namespaces)
	}
	f.Runtime[proc.PID] = proc.ID{Dev: 4, Ino: 1}
	if p := decide(t, f, spec, plan.Request{}); !p.Joins(proc.PID) {
		t.Errorf("the runtime has another one than the caller: %v", p.Namespaces)
	}
	f.Runtime = proc.Namespaces{}
	if p := decide(t, f, spec, plan.Request{}); !p.Joins(proc.PID) {
		t.Errorf("the runtime is not known: %v", p.Namespaces)
	}
}

func TestUserNamespaceOfInitsOwnMakesNobodyRoot(t *testing.T) {
	f := withUserNamespace(dockerFacts())
	f.Runtime = f.Caller
	p := decide(t, f, dockerSpec(), plan.Request{User: "0"})
	if p.Joins(proc.User) || p.UID != 0 || p.UIDs != nil {
		t.Errorf("joined %t, UID %d", p.Joins(proc.User), p.UID)
	}
}
