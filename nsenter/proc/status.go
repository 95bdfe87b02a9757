package proc

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// Capabilities holds a process's five capability sets, bit n for capability
// n, see capabilities(7).
type Capabilities struct {
	Inheritable, Permitted, Effective, Bounding, Ambient uint64
}

// SeccompFilter is the seccomp mode of a process that filters its system
// calls, see seccomp(2).
const SeccompFilter = 2

// Status is the part of /proc/PID/status that says what a process may do, see
// proc_pid_status(5). IDs are those of the reader's user namespace.
type Status struct {
	Dead           bool      // it has exited and is only waited for
	TGID           int       // the PID of the process that it is, or is a thread of
	PPID           int       // its parent's; 0: that is in no PID namespace of the reader's
	UID, GID       [4]uint32 // real, effective, saved set, file system
	Groups         []uint32
	NSpid          []int // the PID in each nested PID namespace, the reader's first
	Caps           Capabilities
	Ignored        uint64 // signals, bit n-1 for signal n
	NoNewPrivs     bool
	SeccompMode    int
	SeccompFilters int    // -1 before Linux 5.9
	StoreBypass    string // speculative store bypass, such as "thread vulnerable"; "" where it is not told
}

// Status reads the process's status file.
func (p *Process) Status() (Status, error) {
	data, err := p.ReadFile("status")
	if err != nil {
		return Status{}, err
	}
	return ParseStatus(string(data))
}

// StatusOf reads the status file of whatever process has a number now.
func StatusOf(pid int) (Status, error) {
	data, err := sys.ReadFile("/proc/"+strconv.Itoa(pid)+"/status", maxFile)
	if err != nil {
		return Status{}, err
	}
	return ParseStatus(string(data))
}

// ParseStatus parses the content of /proc/PID/status. The kernel escapes the
// newlines of the process's name, the only line that the process chooses.
func ParseStatus(data string) (Status, error) {
	s := Status{SeccompFilters: -1}
	seen := 0
	for line := range strings.Lines(data) {
		key, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		if !ok {
			return s, fmt.Errorf("parse status: line %q", line)
		}
		known, err := s.set(key, value)
		if err != nil {
			return s, fmt.Errorf("parse status: %s: %w", key, err)
		}
		if known {
			seen++
		}
	}
	if seen < 12 { // what set does not count may be missing
		return s, fmt.Errorf("parse status: only %d of the fields", seen)
	}
	return s, nil
}

func (s *Status) set(key, value string) (bool, error) {
	var err error
	switch key {
	case "Uid":
		s.UID, err = fourIDs(strings.Fields(value))
	case "Gid":
		s.GID, err = fourIDs(strings.Fields(value))
	case "Groups":
		s.Groups, err = ids(strings.Fields(value))
	case "Tgid":
		s.TGID, err = one(value, strconv.Atoi)
		return false, err
	case "PPid":
		s.PPID, err = one(value, strconv.Atoi)
		return false, err
	case "NSpid":
		s.NSpid, err = numbers(strings.Fields(value))
		return false, err
	case "SigIgn":
		s.Ignored, err = mask(value)
	case "CapInh":
		s.Caps.Inheritable, err = mask(value)
	case "CapPrm":
		s.Caps.Permitted, err = mask(value)
	case "CapEff":
		s.Caps.Effective, err = mask(value)
	case "CapBnd":
		s.Caps.Bounding, err = mask(value)
	case "CapAmb":
		s.Caps.Ambient, err = mask(value)
	case "NoNewPrivs":
		var n int
		n, err = one(value, strconv.Atoi)
		s.NoNewPrivs = n != 0
	case "Seccomp":
		s.SeccompMode, err = one(value, strconv.Atoi)
	case "Seccomp_filters":
		s.SeccompFilters, err = one(value, strconv.Atoi)
		return false, err
	case "Speculation_Store_Bypass":
		s.StoreBypass = strings.Join(strings.Fields(value), " ")
		return false, nil
	case "State": // counted, too, so that a truncated file is not taken for a whole one
		state := strings.TrimSpace(value) // and what it means, in words
		s.Dead = state != "" && dead(state[0])
	default:
		return false, nil
	}
	return true, err
}

func mask(value string) (uint64, error) {
	return one(value, func(f string) (uint64, error) { return strconv.ParseUint(f, 16, 64) })
}

func one[T any](value string, parse func(string) (T, error)) (T, error) {
	fields := strings.Fields(value)
	if len(fields) != 1 {
		var zero T
		return zero, fmt.Errorf("%d values", len(fields))
	}
	return parse(fields[0])
}

func fourIDs(fields []string) ([4]uint32, error) {
	list, err := ids(fields)
	if err != nil {
		return [4]uint32{}, err
	}
	if len(list) != 4 {
		return [4]uint32{}, fmt.Errorf("%d values", len(list))
	}
	return [4]uint32(list), nil
}

func ids(fields []string) ([]uint32, error) {
	list := make([]uint32, 0, len(fields))
	for _, f := range fields {
		n, err := strconv.ParseUint(f, 10, 32)
		if err != nil {
			return nil, err
		}
		list = append(list, uint32(n))
	}
	return list, nil
}

func numbers(fields []string) ([]int, error) {
	list := make([]int, 0, len(fields))
	for _, f := range fields {
		n, err := strconv.Atoi(f)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, nil
}
