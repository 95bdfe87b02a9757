package plan_test

import (
	"errors"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

const sysAdmin, netAdmin = 1 << 21, 1 << 12

func TestCommandIsNotMorePrivilegedThanTheContainer(t *testing.T) {
	p := decide(t, dockerFacts(), dockerSpec(), plan.Request{})
	want := proc.Capabilities{Permitted: dockerSet, Effective: dockerSet, Bounding: dockerSet}
	if p.Caps != want || p.Filters != 1 || p.NoNewPrivs {
		t.Errorf("%+x, %d filters, no_new_privs %t", p.Caps, p.Filters, p.NoNewPrivs)
	}
}

// A runtime leaves its own capabilities to a container whose spec names none
// (runc 1.5, libcontainer/capabilities), and sidestep what init has of them.
func TestSpecWithoutCapabilitiesGivesInits(t *testing.T) {
	f, spec := dockerFacts(), dockerSpec()
	spec.Process.Capabilities = nil
	f.Status.Caps.Bounding = sysAdmin | netAdmin
	want := proc.Capabilities{Permitted: sysAdmin | netAdmin, Effective: sysAdmin | netAdmin, Bounding: sysAdmin | netAdmin}
	if p := decide(t, f, spec, plan.Request{}); p.Caps != want {
		t.Errorf("%+x", p.Caps)
	}
	spec.Process.Capabilities = &specs.LinuxCapabilities{}
	if p := decide(t, f, spec, plan.Request{}); p.Caps != (proc.Capabilities{}) {
		t.Errorf("with empty sets: %+x", p.Caps)
	}
}

func TestEachSetOfTheSpecIsItsOwn(t *testing.T) {
	spec := dockerSpec()
	spec.Process.Capabilities = &specs.LinuxCapabilities{
		Bounding:    []string{"CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW", "CAP_CHECKPOINT_RESTORE", "CAP_OF_TOMORROW"},
		Permitted:   []string{"CAP_CHOWN", "CAP_KILL"},
		Effective:   []string{"CAP_CHOWN"},
		Inheritable: []string{"CAP_KILL"},
		Ambient:     []string{"CAP_KILL"},
	}
	want := proc.Capabilities{Bounding: 1 | 1<<5 | 1<<13 | 1<<40, Permitted: 1 | 1<<5, Effective: 1, Inheritable: 1 << 5, Ambient: 1 << 5}
	if p := decide(t, dockerFacts(), spec, plan.Request{}); p.Caps != want {
		t.Errorf("%+x", p.Caps)
	}
}

// The kernel refuses an ambient capability that is not permitted and
// inheritable. runc warns and goes on, so such containers exist (its test
// "ambient caps not set in inheritable result in a warning").
func TestAmbientCapabilityThatCannotBeRaisedIsLeftOut(t *testing.T) {
	spec := dockerSpec()
	spec.Process.Capabilities.Inheritable = []string{"CAP_KILL"}
	spec.Process.Capabilities.Ambient = []string{"CAP_KILL", "CAP_CHOWN"}
	if p := decide(t, dockerFacts(), spec, plan.Request{}); p.Caps.Ambient != 1<<5 {
		t.Errorf("ambient %#x, inheritable %#x", p.Caps.Ambient, p.Caps.Inheritable)
	}
}

// With an inheritable set, a program's file capabilities would raise what
// nobody asked for (CVE-2022-29162).
func TestPrivilegedLeavesInheritableAndAmbientEmpty(t *testing.T) {
	spec := dockerSpec()
	spec.Process.Capabilities.Inheritable = dockerCaps
	spec.Process.Capabilities.Ambient = dockerCaps
	f := dockerFacts()
	f.CallerCaps = all &^ sysAdmin // what the caller does not have it cannot give
	p := decide(t, f, spec, plan.Request{Privileged: true})
	want := proc.Capabilities{Permitted: f.CallerCaps, Effective: f.CallerCaps, Bounding: f.CallerCaps}
	if p.Caps != want || p.Filters != 1 || p.Without != nil { // as docker exec --privileged: it has the container's filter
		t.Errorf("%+x, %d filters", p.Caps, p.Filters)
	}
}

func TestAddedCapabilityIsUsableAtOnceAndNoMore(t *testing.T) {
	for _, name := range []string{"NET_ADMIN", "net_admin", "CAP_NET_ADMIN", "cap_net_admin"} {
		p := decide(t, dockerFacts(), dockerSpec(), plan.Request{CapAdd: []string{name}})
		want := proc.Capabilities{
			Permitted: dockerSet | netAdmin, Effective: dockerSet | netAdmin, Bounding: dockerSet | netAdmin}
		if p.Caps != want || p.Filters != 1 {
			t.Errorf("%s: %+x, %d filters", name, p.Caps, p.Filters)
		}
	}
}

func TestAddedCapabilityIsAmbientOnlyWhereItIsInheritable(t *testing.T) {
	spec := dockerSpec()
	spec.Process.Capabilities.Inheritable = []string{"CAP_NET_ADMIN"}
	p := decide(t, dockerFacts(), spec, plan.Request{CapAdd: []string{"NET_ADMIN", "SYS_ADMIN"}})
	if p.Caps.Ambient != netAdmin || p.Caps.Inheritable != netAdmin {
		t.Errorf("%+x", p.Caps)
	}
}

func TestMisspelledCapabilityIsAnError(t *testing.T) {
	for _, name := range []string{"", "CAP_", "NET_ADMINS", "CAP_CAP_CHOWN", "12", "CAP_OF_TOMORROW"} {
		_, err := plan.Decide(dockerFacts(), dockerSpec(), plan.Request{CapAdd: []string{name}, Args: []string{"true"}})
		var unknown *plan.CapabilityError
		if !errors.As(err, &unknown) || unknown.Name != name {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestNoNewPrivsIsNeverTakenBack(t *testing.T) {
	spec := dockerSpec()
	if !decide(t, dockerFacts(), spec, plan.Request{NoNewPrivs: true}).NoNewPrivs {
		t.Error("--no-new-privs is ignored")
	}
	spec.Process.NoNewPrivileges = true
	for name, req := range map[string]plan.Request{"as it is": {}, "--privileged": {Privileged: true}, "-u 0": {User: "0"}} {
		if !decide(t, dockerFacts(), spec, req).NoNewPrivs {
			t.Errorf("%s: not set", name)
		}
	}
}

// A process that waits for its filters with CAP_SYS_ADMIN must not be one that
// the container can take hold of.
func TestContainerThatMayTraceIsKnown(t *testing.T) {
	f := dockerFacts()
	if decide(t, f, dockerSpec(), plan.Request{}).MayTrace {
		t.Error("Docker's default has no CAP_SYS_PTRACE")
	}
	f.Status.Caps.Bounding |= 1 << 19
	if !decide(t, f, dockerSpec(), plan.Request{}).MayTrace {
		t.Error("with CAP_SYS_PTRACE")
	}
}
