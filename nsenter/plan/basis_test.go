package plan_test

import (
	"slices"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// unrecorded is a container of which nothing but its init is known.
func unrecorded() plan.Facts {
	f := dockerFacts()
	f.Status.UID, f.Status.GID = [4]uint32{5, 33, 6, 7}, [4]uint32{5, 34, 6, 7}
	f.Status.Groups = []uint32{34, 35}
	f.Status.Caps = proc.Capabilities{Bounding: dockerSet, Permitted: 1}
	f.Status.NoNewPrivs = true
	f.Environ = []string{"PATH=/opt/bin", "HOME=/srv"}
	return f
}

func TestWithoutASpecTheCommandIsNeverMoreThanInit(t *testing.T) {
	for name, spec := range map[string]*specs.Spec{"no spec": nil, "spec without a process": {}} {
		f := unrecorded()
		p := decide(t, f, spec, plan.Request{Args: []string{"sh"}})
		if p.Caps != f.Status.Caps || !p.NoNewPrivs || p.Filters != 1 {
			t.Errorf("%s: %+x, no_new_privs %t, %d filters", name, p.Caps, p.NoNewPrivs, p.Filters)
		}
		if p.UID != 33 || p.GID != 34 { // the effective ones
			t.Errorf("%s: %d:%d", name, p.UID, p.GID)
		}
		sameList(t, name+": groups", p.Groups, []uint32{34, 35})
		sameList(t, name+": environment", p.Env, []string{"PATH=/opt/bin", "HOME=/srv"})
		if p.Cwd != "/" {
			t.Errorf("%s: directory %q", name, p.Cwd)
		}
	}
}

func TestWithoutASpecTheFactsAreLeftAsTheyAre(t *testing.T) {
	f := unrecorded()
	before := slices.Clone(f.Environ)
	decide(t, f, nil, plan.Request{Env: []string{"PATH=/mine", "A=1"}})
	sameList(t, "environment of init", f.Environ, before)
}

// /proc shows init's IDs as the host's; the command's are the namespace's.
func TestWithoutASpecIDsAreThoseInsideTheUserNamespace(t *testing.T) {
	f := withUserNamespace(unrecorded())
	f.Status.UID, f.Status.GID = [4]uint32{100033, 100033, 100033, 100033}, [4]uint32{200034, 200034, 200034, 200034}
	f.Status.Groups = []uint32{200034, 200035}
	p := decide(t, f, nil, plan.Request{})
	if p.UID != 33 || p.GID != 34 {
		t.Errorf("%d:%d", p.UID, p.GID)
	}
	sameList(t, "groups", p.Groups, []uint32{34, 35})
}

// An init that entered the namespace without becoming one of its users is the
// host's 0, not the namespace's.
func TestInitThatIsNobodyInItsUserNamespaceIsNotTakenForItsRoot(t *testing.T) {
	f := withUserNamespace(unrecorded())
	f.Status.UID, f.Status.GID, f.Status.Groups = [4]uint32{}, [4]uint32{}, nil
	if p, err := plan.Decide(f, nil, plan.Request{Args: []string{"id"}}); err == nil {
		t.Errorf("it runs as %d:%d, on the host %d:%d", p.UID, p.GID, 100000+p.UID, 200000+p.GID)
	}
}

// Where the user namespace is shared, its map leads to the parent's IDs: both
// init's and the command's IDs are the caller's already.
func TestMapOfASharedUserNamespaceIsNotApplied(t *testing.T) {
	f := unrecorded()
	f.UIDs = proc.IDMap{{Inside: 0, Outside: 1000, Count: 1 << 20}}
	f.GIDs = f.UIDs
	f.Status.UID, f.Status.GID = [4]uint32{1000, 1000, 1000, 1000}, [4]uint32{1000, 1000, 1000, 1000}
	f.Status.Groups = []uint32{1000}
	p := decide(t, f, nil, plan.Request{})
	if p.UID != 1000 || p.GID != 1000 {
		t.Errorf("init is 1000:1000, the command %d:%d", p.UID, p.GID)
	}
	sameList(t, "groups", p.Groups, []uint32{1000})
}
