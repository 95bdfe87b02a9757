package differential

import (
	"os"
	"path/filepath"

	"github.com/opencontainers/runtime-spec/specs-go"
)

func schedulers() []variant {
	scheduler := func(what string, value specs.Scheduler) variant {
		return variant{what: what, spec: func(s *specs.Spec, _ *world) { s.Process.Scheduler = &value }}
	}
	return []variant{
		scheduler("SCHED_BATCH, nice 3", specs.Scheduler{Policy: specs.SchedBatch, Nice: 3}),
		scheduler("SCHED_IDLE", specs.Scheduler{Policy: specs.SchedIdle}),
		onHost(scheduler("SCHED_OTHER, nice -5", specs.Scheduler{Policy: specs.SchedOther, Nice: -5})),
		realTime(scheduler("SCHED_FIFO", specs.Scheduler{Policy: specs.SchedFIFO, Priority: 10})),
		realTime(scheduler("SCHED_RR, reset on fork", specs.Scheduler{Policy: specs.SchedRR, Priority: 2,
			Flags: []specs.LinuxSchedulerFlag{specs.SchedFlagResetOnFork}})),
		onHost(scheduler("SCHED_DEADLINE", specs.Scheduler{Policy: specs.SchedDeadline, Runtime: 1e6, Deadline: 9e6, Period: 9e6,
			Flags: []specs.LinuxSchedulerFlag{specs.SchedFlagResetOnFork}})),
	}
}

// onHost marks what takes a privilege that the root of a user namespace lacks.
func onHost(v variant) variant {
	v.host = true
	return v
}

// realTime gives the container, and the cgroups above it, time for processes
// that are scheduled so: none has any by default in the cpu hierarchy of v1.
func realTime(v variant) variant {
	change := v.spec
	v.host = true
	v.spec = func(s *specs.Spec, w *world) {
		change(s, w)
		const cpu, file = "/sys/fs/cgroup/cpu", "cpu.rt_runtime_us"
		if _, err := os.Stat(filepath.Join(cpu, file)); err != nil {
			return
		}
		for i, c := range s.Linux.CgroupsPath[1:] {
			if dir := filepath.Join(cpu, s.Linux.CgroupsPath[:i+1]); c == '/' {
				_ = os.MkdirAll(dir, 0o755)
				_ = os.WriteFile(filepath.Join(dir, file), []byte("20000"), 0) // without it runc refuses
			}
		}
		if s.Linux.Resources == nil {
			s.Linux.Resources = &specs.LinuxResources{}
		}
		runtime := int64(10000)
		s.Linux.Resources.CPU = &specs.LinuxCPU{RealtimeRuntime: &runtime}
	}
	return v
}

func ioPriorities() []variant {
	priority := func(what string, class specs.IOPriorityClass, level int) variant {
		return variant{what: what, spec: func(s *specs.Spec, _ *world) {
			s.Process.IOPriority = &specs.LinuxIOPriority{Class: class, Priority: level}
		}}
	}
	return []variant{priority("best effort 7", specs.IOPRIO_CLASS_BE, 7), priority("idle I/O", specs.IOPRIO_CLASS_IDLE, 0),
		onHost(priority("real time I/O 3", specs.IOPRIO_CLASS_RT, 3))}
}

func personalities() []variant {
	return []variant{
		{what: "LINUX32", spec: func(s *specs.Spec, _ *world) {
			s.Linux.Personality = &specs.LinuxPersonality{Domain: specs.PerLinux32}
		}},
		{what: "LINUX", spec: func(s *specs.Spec, _ *world) {
			s.Linux.Personality = &specs.LinuxPersonality{Domain: specs.PerLinux}
		}},
	}
}

func affinities() []variant {
	affinity := func(what string, value specs.CPUAffinity) variant {
		return variant{what: what, spec: func(s *specs.Spec, _ *world) { s.Process.ExecCPUAffinity = &value }}
	}
	return []variant{affinity("initial and final CPUs", specs.CPUAffinity{Initial: "0", Final: "1"}),
		affinity("initial CPUs", specs.CPUAffinity{Initial: "0"}), affinity("final CPUs", specs.CPUAffinity{Final: "0-1"})}
}

func memoryPolicies() []variant {
	policy := func(what string, value specs.LinuxMemoryPolicy) variant {
		return variant{what: what, spec: func(s *specs.Spec, _ *world) { s.Linux.MemoryPolicy = &value }}
	}
	return []variant{
		policy("memory bound", specs.LinuxMemoryPolicy{Mode: specs.MpolBind, Nodes: "0"}),
		policy("memory interleaved", specs.LinuxMemoryPolicy{Mode: specs.MpolInterleave, Nodes: "0",
			Flags: []specs.MemoryPolicyFlagType{specs.MpolFStaticNodes}}),
		policy("local memory", specs.LinuxMemoryPolicy{Mode: specs.MpolLocal}),
		policy("default memory", specs.LinuxMemoryPolicy{Mode: specs.MpolDefault}),
	}
}
