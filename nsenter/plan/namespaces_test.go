package plan_test

import (
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

func TestAllNamespacesThatDifferAreJoined(t *testing.T) {
	f := dockerFacts()
	p := decide(t, f, dockerSpec(), plan.Request{})
	// The kernel refuses to join the user namespace that one is in already.
	sameList(t, "joined", p.Namespaces,
		[]proc.Namespace{proc.Cgroup, proc.IPC, proc.Mount, proc.Net, proc.PID, proc.UTS})
	if p.Expected != f.Target {
		t.Errorf("expected %v and not %v", p.Expected, f.Target)
	}
}

func TestOnlyTheNamespacesAskedForAreJoined(t *testing.T) {
	f := dockerFacts()
	p := decide(t, f, dockerSpec(), plan.Request{Join: []proc.Namespace{proc.Net, proc.User, proc.Mount}})
	sameList(t, "joined", p.Namespaces, []proc.Namespace{proc.Mount, proc.Net})
	want := f.Caller
	want[proc.Mount], want[proc.Net] = f.Target[proc.Mount], f.Target[proc.Net]
	if p.Expected != want {
		t.Errorf("expected %v and not %v", p.Expected, want)
	}
	if p := decide(t, f, dockerSpec(), plan.Request{Join: []proc.Namespace{}}); len(p.Namespaces) != 0 || p.Expected != f.Caller {
		t.Errorf("none asked for: %v, expected %v", p.Namespaces, p.Expected)
	}
}

func TestContainerThatSharesEverythingIsEntered(t *testing.T) {
	f := dockerFacts()
	f.Target = f.Caller
	if p := decide(t, f, dockerSpec(), plan.Request{}); len(p.Namespaces) != 0 || p.Expected != f.Caller {
		t.Errorf("joined %v, expected %v", p.Namespaces, p.Expected)
	}
}

// A kernel without a kind gives it the zero ID on both sides.
func TestKindThatTheKernelLacksIsNotJoined(t *testing.T) {
	f := dockerFacts()
	f.Target[proc.Time], f.Caller[proc.Time] = proc.ID{}, proc.ID{}
	if p := decide(t, f, dockerSpec(), plan.Request{}); p.Joins(proc.Time) {
		t.Errorf("joined %v", p.Namespaces)
	}
}

func TestTimeNamespaceOfTheContainerIsJoined(t *testing.T) {
	f := dockerFacts()
	f.Target[proc.Time].Ino++
	if p := decide(t, f, dockerSpec(), plan.Request{}); !p.Joins(proc.Time) {
		t.Errorf("joined %v", p.Namespaces)
	}
}

func TestIDsAreMappedOnlyWhenTheUserNamespaceIsJoined(t *testing.T) {
	p := decide(t, dockerFacts(), dockerSpec(), plan.Request{})
	if p.UIDs != nil || p.GIDs != nil {
		t.Errorf("shared user namespace: %v, %v", p.UIDs, p.GIDs)
	}
	p = decide(t, withUserNamespace(dockerFacts()), dockerSpec(), plan.Request{})
	if out, ok := p.UIDs.Outside(0); !p.Joins(proc.User) || !ok || out != 100000 {
		t.Errorf("own user namespace: root is %d, joined %v", out, p.Namespaces)
	}
}

// Without its user namespace, root of the container is the host's 100000. It
// must not become the host's root by being called 0.
func TestRootOfAContainerIsNotTheHostsRoot(t *testing.T) {
	f := withUserNamespace(dockerFacts())
	req := plan.Request{Args: []string{"true"}, Join: []proc.Namespace{proc.Mount, proc.Net}}
	p, err := plan.Decide(f, nil, req)
	if err == nil && (p.UID != 100000 || p.GID != 200000) {
		t.Errorf("without a spec: %d:%d", p.UID, p.GID)
	}
	p, err = plan.Decide(f, dockerSpec(), req)
	if err == nil && (p.UID != 100000 || p.GID != 200000) {
		t.Errorf("by the spec: %d:%d", p.UID, p.GID)
	}
	req.User = "1000:1001"
	p, err = plan.Decide(f, dockerSpec(), req)
	if err == nil && (p.UID != 101000 || p.GID != 201001) {
		t.Errorf("-u 1000:1001: %d:%d", p.UID, p.GID)
	}
}
