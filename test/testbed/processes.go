package testbed

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// Process is a process of the host.
type Process struct {
	proc.Stat
	Args string
}

// String returns the process as ps prints it.
func (p Process) String() string {
	return fmt.Sprintf("%d (parent %d, state %c) %s: %s", p.PID, p.PPID, p.State, p.Comm, p.Args)
}

// Processes returns the processes of the host, zombies and kernel threads
// too. One that ends meanwhile is left out.
func Processes() []Process {
	var all []Process
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		pid, _ := strconv.Atoi(filepath.Base(dir))
		if p, ok := processOf(pid); ok {
			all = append(all, p)
		}
	}
	return all
}

func processOf(pid int) (Process, bool) {
	stat, err := proc.ParseStat(readProc(pid, "stat"))
	if err != nil {
		return Process{}, false
	}
	args := strings.ReplaceAll(string(readProc(pid, "cmdline")), "\x00", " ")
	return Process{Stat: stat, Args: strings.TrimSpace(args)}, true
}

// readProc returns the content of a file of /proc/PID, nothing when it cannot
// be read.
func readProc(pid int, name string) []byte {
	data, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), name))
	return data
}

// processes returns the scope's processes, but not the caller, nor what only
// the host's init has to wait for yet.
func (s scope) processes() []Process {
	var own []Process
	for _, p := range Processes() {
		forInit := p.State == 'Z' && p.PPID == 1
		if p.PID != os.Getpid() && !forInit && s.owns(p) {
			own = append(own, p)
		}
	}
	return own
}

// owns reports whether the process's arguments, environment or cgroups name
// the scope.
func (s scope) owns(p Process) bool {
	return s.in(p.Args) || s.in(string(readProc(p.PID, "environ"))) || s.in(string(readProc(p.PID, "cgroup")))
}

// kill ends the scope's processes, those with the given parent's PID too: the
// orphans of a supervisor.
func (s scope) kill(supervisor int) (killed bool) {
	for _, p := range Processes() {
		if p.PID == os.Getpid() || p.State == 'Z' {
			continue
		}
		if s.owns(p) || p.PPID == supervisor {
			killed = true
			_ = syscall.Kill(p.PID, syscall.SIGKILL)
		}
	}
	return killed
}
