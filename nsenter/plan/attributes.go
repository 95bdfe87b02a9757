package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// Scheduler is how the kernel schedules the process, see sched_setattr(2).
type Scheduler struct {
	Policy                    uint32
	Flags                     uint64
	Nice                      int32
	Priority                  uint32
	Runtime, Deadline, Period uint64 // in nanoseconds
}

// MemoryPolicy is where the process's memory is allocated, see
// set_mempolicy(2).
type MemoryPolicy struct {
	Mode  int   // with the mode flags
	Nodes []int // NUMA nodes
}

// The numbers of linux/sched.h, linux/ioprio.h, linux/personality.h and
// linux/mempolicy.h.
var (
	schedulerPolicies = []string{"SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH", "SCHED_ISO", "SCHED_IDLE", "SCHED_DEADLINE"}
	schedulerFlags    = []string{"SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN", "SCHED_FLAG_KEEP_POLICY",
		"SCHED_FLAG_KEEP_PARAMS", "SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX"}
	ioClasses     = []string{"", "IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE"}
	personalities = map[string]uint32{"LINUX": 0, "LINUX32": 8}
	memoryModes   = []string{"MPOL_DEFAULT", "MPOL_PREFERRED", "MPOL_BIND", "MPOL_INTERLEAVE", "MPOL_LOCAL",
		"MPOL_PREFERRED_MANY", "MPOL_WEIGHTED_INTERLEAVE"}
	memoryFlags = map[string]int{"MPOL_F_STATIC_NODES": 1 << 15, "MPOL_F_RELATIVE_NODES": 1 << 14, "MPOL_F_NUMA_BALANCING": 1 << 13}
)

// attributes decides what the spec says of the scheduling and the memory of
// the container's processes. All of it is optional.
func (p *Plan) attributes(process *specs.Process, linux *specs.Linux) error {
	if s := process.Scheduler; s != nil {
		scheduler, err := newScheduler(s)
		if err != nil {
			return err
		}
		p.Scheduler = scheduler
	}
	if io := process.IOPriority; io != nil {
		class := slices.Index(ioClasses, string(io.Class))
		if class < 1 || io.Priority < 0 || io.Priority > 7 {
			return fmt.Errorf("the spec's I/O priority is %s %d", io.Class, io.Priority)
		}
		priority := class<<13 | io.Priority
		p.IOPriority = &priority
	}
	if cpu := process.ExecCPUAffinity; cpu != nil {
		list := cpu.Final
		if list == "" {
			list = cpu.Initial
		}
		cpus, err := parseList(list)
		if err != nil {
			return fmt.Errorf("the spec's CPU affinity: %w", err)
		}
		p.CPUs = cpus
	}
	if linux == nil {
		return nil
	}
	if linux.Personality != nil {
		domain, ok := personalities[string(linux.Personality.Domain)]
		if !ok {
			return fmt.Errorf("the spec's personality is %q", linux.Personality.Domain)
		}
		p.Personality = &domain
	}
	return p.memoryPolicy(linux.MemoryPolicy)
}

func newScheduler(s *specs.Scheduler) (*Scheduler, error) {
	policy := slices.Index(schedulerPolicies, string(s.Policy))
	if policy < 0 {
		return nil, fmt.Errorf("the spec's scheduling policy is %q", s.Policy)
	}
	out := &Scheduler{Policy: uint32(policy), Nice: s.Nice, Priority: uint32(s.Priority),
		Runtime: s.Runtime, Deadline: s.Deadline, Period: s.Period}
	for _, flag := range s.Flags {
		bit := slices.Index(schedulerFlags, string(flag))
		if bit < 0 {
			return nil, fmt.Errorf("the spec's scheduling flag is %q", flag)
		}
		out.Flags |= 1 << bit
	}
	return out, nil
}

func (p *Plan) memoryPolicy(m *specs.LinuxMemoryPolicy) error {
	if m == nil || m.Mode == "" {
		return nil
	}
	mode := slices.Index(memoryModes, string(m.Mode))
	if mode < 0 {
		return fmt.Errorf("the spec's memory policy is %q", m.Mode)
	}
	for _, flag := range m.Flags {
		bit, ok := memoryFlags[string(flag)]
		if !ok {
			return fmt.Errorf("the spec's memory policy has the flag %q", flag)
		}
		mode |= bit
	}
	nodes, err := parseList(m.Nodes)
	if err != nil {
		return fmt.Errorf("the spec's memory policy: %w", err)
	}
	p.MemoryPolicy = &MemoryPolicy{Mode: mode, Nodes: nodes}
	return nil
}

// parseList parses a list of CPUs or nodes such as "0-3,7".
func parseList(list string) ([]int, error) {
	const most = 1024 // CPU_SETSIZE
	var numbers []int
	for _, part := range strings.Split(list, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, err1 := strconv.Atoi(first)
		to, err2 := strconv.Atoi(last)
		if err1 != nil || err2 != nil || from < 0 || to < from || to >= most {
			return nil, fmt.Errorf("the list %q", list)
		}
		for n := from; n <= to; n++ {
			numbers = append(numbers, n)
		}
	}
	return numbers, nil
}
