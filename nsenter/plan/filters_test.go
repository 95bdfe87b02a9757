package plan_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

// Init may filter itself further, as a web server does; a command is not the
// web server. And its runtime may be filtered, as a service of systemd's is.
func TestFiltersAreThoseOfTheContainerAndNotInitsOwn(t *testing.T) {
	for name, c := range map[string]struct {
		init, runtime int
		profile       bool
		want          int
	}{
		"the profile":                           {1, 0, true, 1},
		"the profile and init's own":            {3, 0, true, 1},
		"the runtime's, the profile, init's":    {4, 2, true, 3},
		"init's own only":                       {1, 0, false, 0},
		"the runtime's only":                    {2, 2, false, 2},
		"a runtime that is not known":           {3, -1, true, 3},
		"not known, and no profile":             {3, -1, false, 3},
		"a kernel that does not say, all of it": {-1, -1, true, -1},
	} {
		f, spec := dockerFacts(), dockerSpec()
		f.Status.SeccompFilters, f.RuntimeFilters = c.init, c.runtime
		if !c.profile {
			spec.Linux.Seccomp = nil
		}
		if p := decide(t, f, spec, plan.Request{}); p.Filters != c.want {
			t.Errorf("%s: %d filters and not %d", name, p.Filters, c.want)
		}
		if p := decide(t, f, nil, plan.Request{}); p.Filters != c.init {
			t.Errorf("%s, without a spec: %d filters and not all", name, p.Filters)
		}
	}
}

func TestProfileWithoutAFilterIsRefused(t *testing.T) {
	f := dockerFacts()
	f.Status.SeccompMode, f.Status.SeccompFilters = 0, 0
	if p, err := plan.Decide(f, dockerSpec(), plan.Request{Args: []string{"true"}}); !errors.Is(err, plan.ErrUnfiltered) {
		t.Errorf("%v, %v", p, err)
	}
	if p, err := plan.Decide(f, dockerSpec(), plan.Request{Privileged: true, Args: []string{"true"}}); !errors.Is(err, plan.ErrUnfiltered) {
		t.Errorf("--privileged: %v, %v", p, err)
	}
	p := decide(t, f, dockerSpec(), plan.Request{NoSeccomp: true})
	if p.Filters != 0 || !slices.Equal(p.Without, []string{"the container's seccomp filters"}) {
		t.Errorf("--no-seccomp: %d filters, without %q", p.Filters, p.Without)
	}
	spec := dockerSpec()
	spec.Linux.Seccomp = nil
	if p := decide(t, f, spec, plan.Request{}); p.Filters != 0 {
		t.Errorf("neither has one: %d filters", p.Filters)
	}
	if p := decide(t, f, spec, plan.Request{NoSeccomp: true}); p.Without != nil {
		t.Errorf("neither has one, --no-seccomp: without %q", p.Without)
	}
}

// The kernel keeps no record of SPEC_ALLOW: a filter that is copied without it
// turns speculative store bypass off, where its container has it on.
func TestSpecAllowIsWhatTheContainersRuntimeChose(t *testing.T) {
	allow, log := specs.LinuxSeccompFlagSpecAllow, specs.LinuxSeccompFlagLog
	for name, c := range map[string]struct {
		flags  []specs.LinuxSeccompFlag
		bypass string // of init
		want   bool
	}{
		"named":                          {[]specs.LinuxSeccompFlag{log, allow}, "thread vulnerable", true},
		"named, and init gave it up":     {[]specs.LinuxSeccompFlag{allow}, "thread force mitigated", true},
		"others named":                   {[]specs.LinuxSeccompFlag{log}, "thread vulnerable", false},
		"none, in so many words":         {[]specs.LinuxSeccompFlag{}, "thread vulnerable", false},
		"not said, by the newest runc":   {nil, "thread vulnerable", true},
		"not said, by an older runc":     {nil, "thread force mitigated", false},
		"not said, a CPU without":        {nil, "not vulnerable", true},
		"not said, a kernel that is off": {nil, "globally mitigated", true},
		"not said, not told":             {nil, "", true},
	} {
		f, spec := dockerFacts(), dockerSpec()
		spec.Linux.Seccomp.Flags, f.Status.StoreBypass = c.flags, c.bypass
		if p := decide(t, f, spec, plan.Request{}); p.SpecAllow != c.want {
			t.Errorf("%s: %t", name, p.SpecAllow)
		}
	}
}

// What the supervisor is told is what runc tells it, but for the PID of the
// process, which nobody knows yet.
func TestListenerIsTheRecords(t *testing.T) {
	spec := dockerSpec()
	if p := decide(t, dockerFacts(), spec, plan.Request{}); p.Listener != nil {
		t.Errorf("%+v", p.Listener)
	}
	spec.Annotations = map[string]string{"a": "b"}
	spec.Linux.Seccomp.ListenerPath, spec.Linux.Seccomp.ListenerMetadata = "/run/agent", "m"
	spec.Linux.Seccomp.Flags = []specs.LinuxSeccompFlag{specs.LinuxSeccompFlagWaitKillableRecv}
	f := dockerFacts()
	f.Bundle = "/run/bundle"
	want := &plan.Listener{Path: "/run/agent", WaitKillable: true, State: specs.ContainerProcessState{
		Version: specs.Version, Fds: []string{"seccompFd"}, Metadata: "m", State: specs.State{
			Version: specs.Version, ID: "4d6", Status: "running", Pid: 4121, Bundle: "/run/bundle", Annotations: spec.Annotations,
		},
	}}
	if p := decide(t, f, spec, plan.Request{ID: "4d6"}); !reflect.DeepEqual(p.Listener, want) {
		t.Errorf("%+v", p.Listener)
	}
	if p := decide(t, f, spec, plan.Request{NoSeccomp: true}); p.Listener != nil {
		t.Errorf("--no-seccomp: %+v", p.Listener)
	}
}
