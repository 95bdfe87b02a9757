package procfs

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// Process is a process that is no monitor and not the kernel's own.
type Process struct {
	PID, PPID int
	Start     uint64 // in clock ticks since boot
	Comm      string
	Cgroups   []proc.Membership
	NSpid     []int // its PID in each nested PID namespace, the caller's first
}

// Init reports whether the process is the init of a PID namespace below the
// caller's.
func (p Process) Init() bool { return len(p.NSpid) > 1 && p.NSpid[len(p.NSpid)-1] == 1 }

// Scan is what one pass over /proc has found.
type Scan struct {
	Monitors  []Monitor
	Processes []Process
}

// Bounds of a pass. Reading the arguments of a process waits for a lock that
// another of its threads may hold while it sleeps on a broken disk: then only
// that reader is stuck, and is left behind.
const (
	maxProcesses = 65536
	readers      = 8
	maxFile      = 256 << 10 // bytes; the arguments of conmon have some 4 kB
)

// Look makes a pass over the proc file system at root, /proc. It ends with
// ctx: then the error says so, and what was found until then is returned.
func Look(ctx context.Context, root string) (Scan, error) {
	self, err := reader(root)
	if err != nil {
		return Scan{}, err
	}
	pids, err := numbers(root)
	if err != nil {
		return Scan{}, err
	}
	work := make(chan int, len(pids))
	for _, pid := range pids {
		work <- pid
	}
	close(work)
	var mu sync.Mutex
	var scan Scan
	var ended bool
	var all sync.WaitGroup
	for range readers {
		all.Go(func() {
			for pid := range work {
				if ctx.Err() != nil {
					return
				}
				m, p := self.look(pid)
				mu.Lock()
				if !ended && m != nil {
					scan.Monitors = append(scan.Monitors, *m)
				}
				if !ended && p != nil {
					scan.Processes = append(scan.Processes, *p)
				}
				mu.Unlock()
			}
		})
	}
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
	mu.Lock()
	defer mu.Unlock()
	ended = true // what comes later is not seen: the slices are the caller's now
	if ctx.Err() != nil {
		err = fmt.Errorf("look at the processes of %s: %w", root, context.Cause(ctx))
	}
	scan.sort()
	return scan, err
}

func numbers(root string) ([]int, error) {
	f, err := os.Open(root)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	var pids []int
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil && pid > 0 && len(pids) < maxProcesses {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}
