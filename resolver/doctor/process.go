package doctor

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver/health"
)

// settle is how long a process may wait in the kernel before it counts as one
// that hangs there.
const settle = 150 * time.Millisecond

// processOf returns the state of a process.
func processOf(pid int) health.Process {
	p := look(pid)
	if p.State == 'D' { // a moment of it is how every program reads a disk
		time.Sleep(settle)
		p = look(pid)
	}
	return p
}

func look(pid int) health.Process {
	p := health.Process{PID: pid}
	stat, err := proc.StatOf(pid)
	if err != nil {
		p.Hidden = proc.Mounted()
		return p
	}
	p.State = stat.State
	if p.State == 'Z' { // whose other threads may go on
		threads, _ := os.ReadDir(procPath(pid, "task"))
		p.Threads = len(threads)
	}
	if p.State == 'D' {
		wchan, _ := os.ReadFile(procPath(pid, "wchan"))
		p.Wchan = strings.TrimSpace(string(wchan))
	}
	return p
}

func procPath(pid int, name string) string { return fmt.Sprintf("/proc/%d/%s", pid, name) }

// descriptorsOf returns how many descriptors a process has and may have.
func descriptorsOf(pid int) (health.Descriptors, error) {
	d := health.Descriptors{PID: pid}
	dir, err := os.Open(procPath(pid, "fd"))
	if err != nil {
		return d, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return d, err
	}
	d.Open = uint64(len(names))
	limits, err := os.ReadFile(procPath(pid, "limits"))
	if err != nil {
		return d, err
	}
	d.Limit, err = parseLimit(string(limits), "Max open files")
	return d, err
}

// parseLimit returns a soft limit of /proc/PID/limits:
//
//	Max open files            1024                 524288               files
func parseLimit(limits, name string) (uint64, error) {
	for line := range strings.Lines(limits) {
		rest, ok := strings.CutPrefix(line, name)
		fields := strings.Fields(rest)
		if !ok || len(fields) < 2 {
			continue
		}
		if fields[0] == "unlimited" {
			return 1<<64 - 1, nil
		}
		return strconv.ParseUint(fields[0], 10, 64)
	}
	return 0, fmt.Errorf("no %q in the limits", name)
}

// environmentOf returns a variable of the environment that a process was
// started with.
func environmentOf(pid int, name string) string {
	data, err := os.ReadFile(procPath(pid, "environ"))
	if err != nil {
		return ""
	}
	for entry := range bytes.SplitSeq(data, []byte{0}) {
		if value, ok := strings.CutPrefix(string(entry), name+"="); ok {
			return value
		}
	}
	return ""
}

// left judges the descriptors of a program of the chain. What cannot be counted
// is not judged: a program that has just ended has a check of its own.
func left(id string, pid int, breaks []health.Use) []health.Check {
	d, err := descriptorsOf(pid)
	if err != nil {
		return nil
	}
	return []health.Check{d.Left(id, breaks)}
}
