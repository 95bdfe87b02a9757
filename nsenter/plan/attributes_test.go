package plan_test

import (
	"reflect"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

// The numbers are the kernel's ABI.
func TestSchedulingAndMemoryAreThoseOfTheSpec(t *testing.T) {
	spec := dockerSpec()
	spec.Process.Scheduler = &specs.Scheduler{Policy: specs.SchedDeadline, Nice: -5, Priority: 3, Runtime: 1, Deadline: 2, Period: 3,
		Flags: []specs.LinuxSchedulerFlag{specs.SchedFlagResetOnFork, specs.SchedFlagKeepPolicy}}
	spec.Process.IOPriority = &specs.LinuxIOPriority{Class: specs.IOPRIO_CLASS_BE, Priority: 4}
	spec.Process.ExecCPUAffinity = &specs.CPUAffinity{Initial: "0", Final: "0-2, 7"}
	spec.Linux.Personality = &specs.LinuxPersonality{Domain: specs.PerLinux32}
	spec.Linux.MemoryPolicy = &specs.LinuxMemoryPolicy{Mode: specs.MpolBind, Nodes: "0,2-3",
		Flags: []specs.MemoryPolicyFlagType{specs.MpolFStaticNodes}}
	p := decide(t, dockerFacts(), spec, plan.Request{})
	want := &plan.Scheduler{Policy: 6, Flags: 1 | 8, Nice: -5, Priority: 3, Runtime: 1, Deadline: 2, Period: 3}
	if !reflect.DeepEqual(p.Scheduler, want) {
		t.Errorf("scheduler %+v", p.Scheduler)
	}
	if p.IOPriority == nil || *p.IOPriority != 2<<13|4 || p.Personality == nil || *p.Personality != 8 {
		t.Errorf("I/O priority %v, personality %v", p.IOPriority, p.Personality)
	}
	sameList(t, "CPUs", p.CPUs, []int{0, 1, 2, 7})
	if !reflect.DeepEqual(p.MemoryPolicy, &plan.MemoryPolicy{Mode: 2 | 1<<15, Nodes: []int{0, 2, 3}}) {
		t.Errorf("memory policy %+v", p.MemoryPolicy)
	}
}

func TestSpecThatSaysNothingChangesNothing(t *testing.T) {
	for name, spec := range map[string]*specs.Spec{"docker": dockerSpec(), "none": nil} {
		p := decide(t, dockerFacts(), spec, plan.Request{})
		if p.Scheduler != nil || p.IOPriority != nil || p.CPUs != nil || p.Personality != nil || p.MemoryPolicy != nil {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestAttributeThatIsNotKnownIsAnErrorAndNotLeftOut(t *testing.T) {
	for name, change := range map[string]func(*specs.Spec){
		"policy":    func(s *specs.Spec) { s.Process.Scheduler = &specs.Scheduler{Policy: "SCHED_TOMORROW"} },
		"no policy": func(s *specs.Spec) { s.Process.Scheduler = &specs.Scheduler{} },
		"scheduler's flag": func(s *specs.Spec) {
			s.Process.Scheduler = &specs.Scheduler{Policy: "SCHED_OTHER", Flags: []specs.LinuxSchedulerFlag{"X"}}
		},
		"I/O class":    func(s *specs.Spec) { s.Process.IOPriority = &specs.LinuxIOPriority{Class: "IOPRIO_CLASS_TOMORROW"} },
		"no I/O class": func(s *specs.Spec) { s.Process.IOPriority = &specs.LinuxIOPriority{Priority: 4} },
		"I/O priority": func(s *specs.Spec) {
			s.Process.IOPriority = &specs.LinuxIOPriority{Class: "IOPRIO_CLASS_BE", Priority: 8}
		},
		"negative": func(s *specs.Spec) {
			s.Process.IOPriority = &specs.LinuxIOPriority{Class: "IOPRIO_CLASS_BE", Priority: -1}
		},
		"personality": func(s *specs.Spec) { s.Linux.Personality = &specs.LinuxPersonality{Domain: "HPUX"} },
		"memory mode": func(s *specs.Spec) { s.Linux.MemoryPolicy = &specs.LinuxMemoryPolicy{Mode: "MPOL_TOMORROW"} },
		"memory flag": func(s *specs.Spec) {
			s.Linux.MemoryPolicy = &specs.LinuxMemoryPolicy{Mode: "MPOL_BIND", Flags: []specs.MemoryPolicyFlagType{"X"}}
		},
		"memory nodes": func(s *specs.Spec) { s.Linux.MemoryPolicy = &specs.LinuxMemoryPolicy{Mode: "MPOL_BIND", Nodes: "x"} },
	} {
		spec := dockerSpec()
		change(spec)
		if _, err := plan.Decide(dockerFacts(), spec, plan.Request{Args: []string{"true"}}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestDamagedListOfCPUsIsAnError(t *testing.T) {
	for _, list := range []string{"x", "-1", "1-", "-", "3-1", "1024", "0-1024", "0-99999999999", "0;1", "1-2-3", "0x1"} {
		spec := dockerSpec()
		spec.Process.ExecCPUAffinity = &specs.CPUAffinity{Final: list}
		if p, err := plan.Decide(dockerFacts(), spec, plan.Request{Args: []string{"true"}}); err == nil {
			t.Errorf("%q: CPUs %v", list, p.CPUs)
		}
	}
	spec := dockerSpec()
	spec.Process.ExecCPUAffinity = &specs.CPUAffinity{Initial: "1023"}
	sameList(t, "CPUs of the beginning", decide(t, dockerFacts(), spec, plan.Request{}).CPUs, []int{1023})
}

// Without a keyring of its own the command would hold the caller's keys.
func TestEachContainerHasItsOwnKeyring(t *testing.T) {
	if p := decide(t, dockerFacts(), dockerSpec(), plan.Request{ID: "4d6"}); p.Keyring != "_ses.4d6" {
		t.Errorf("%q", p.Keyring)
	}
	if p := decide(t, dockerFacts(), nil, plan.Request{}); p.Keyring == "" || p.Keyring == "_ses." {
		t.Errorf("without an ID: %q", p.Keyring)
	}
}
