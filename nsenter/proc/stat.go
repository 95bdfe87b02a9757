package proc

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// Stat is the part of /proc/PID/stat that identifies a process, see
// proc_pid_stat(5).
type Stat struct {
	PID       int
	Comm      string
	State     byte   // field 3: R, S, D, Z, T, …
	PPID      int    // field 4
	Session   int    // field 6
	Kernel    bool   // it is one of the kernel's threads: PF_KTHREAD in field 9
	StartTime uint64 // field 22, in clock ticks since boot
}

// Stat reads the process's stat file.
func (p *Process) Stat() (Stat, error) {
	data, err := p.ReadFile("stat")
	if err != nil {
		return Stat{}, err
	}
	return ParseStat(data)
}

// StatOf reads the stat file of whatever process has a number now.
func StatOf(pid int) (Stat, error) {
	data, err := sys.ReadFile("/proc/"+strconv.Itoa(pid)+"/stat", maxFile)
	if err != nil {
		return Stat{}, err
	}
	return ParseStat(data)
}

// Dead reports whether the process has exited: it is only waited for.
func (s Stat) Dead() bool { return dead(s.State) }

// kernelThread is PF_KTHREAD (include/linux/sched.h).
const kernelThread = 0x00200000

func dead(state byte) bool { return state == 'Z' || state == 'X' }

// ParseStat parses the content of /proc/PID/stat:
//
//	4121 (tricky) name) S 4100 4121 … 8264371 …
//
// The process chooses its name, spaces and parentheses included, so the
// fields are counted from the last parenthesis.
func ParseStat(data []byte) (Stat, error) {
	open, end := bytes.IndexByte(data, '('), bytes.LastIndexByte(data, ')')
	if open < 1 || end < open {
		return Stat{}, fmt.Errorf("parse stat: no name in %q", data)
	}
	pid, err := strconv.Atoi(string(bytes.TrimSpace(data[:open])))
	if err != nil {
		return Stat{}, fmt.Errorf("parse stat: PID: %w", err)
	}
	fields := bytes.Fields(data[end+1:]) // fields[0] is field 3
	if len(fields) < 20 || len(fields[0]) != 1 {
		return Stat{}, fmt.Errorf("parse stat: %d fields after the name", len(fields))
	}
	ppid, err := strconv.Atoi(string(fields[1]))
	if err != nil {
		return Stat{}, fmt.Errorf("parse stat: parent: %w", err)
	}
	session, err := strconv.Atoi(string(fields[3]))
	if err != nil {
		return Stat{}, fmt.Errorf("parse stat: session: %w", err)
	}
	flags, err := strconv.ParseUint(string(fields[6]), 10, 32)
	if err != nil {
		return Stat{}, fmt.Errorf("parse stat: flags: %w", err)
	}
	start, err := strconv.ParseUint(string(fields[19]), 10, 64)
	if err != nil {
		return Stat{}, fmt.Errorf("parse stat: start time: %w", err)
	}
	return Stat{
		PID: pid, Comm: string(data[open+1 : end]), State: fields[0][0], PPID: ppid, Session: session, Kernel: flags&kernelThread != 0, StartTime: start,
	}, nil
}
