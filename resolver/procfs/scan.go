package procfs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver/internal/hang"
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
	Partial   bool // not all processes were looked at
}

// Bounds of a pass. Reading the arguments of a process waits for a lock that
// another of its threads may hold while it sleeps on a broken disk: then only
// that reader is stuck, and is left behind.
const (
	maxProcesses = 65536
	readers      = 8
	maxFile      = 256 << 10 // bytes; the arguments of conmon have some 4 kB
	stuckAfter   = 500 * time.Millisecond
)

// errStuck says that a pass has not come to its end.
var errStuck = errors.New("no process could be looked at for " + stuckAfter.String())

// Look makes a pass over the proc file system at root, /proc. It ends with
// ctx, or when only readers are left that are stuck: then the error says so,
// and what was found until then is returned.
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
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var looked atomic.Int64
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
				looked.Add(1)
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
	whole := hang.Moves(ctx, stuckAfter, done, looked.Load)
	mu.Lock()
	defer mu.Unlock()
	ended = true // what comes later is not seen: the slices are the caller's now
	switch {
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case !whole:
		err = errStuck
	}
	if err != nil {
		scan.Partial = true
		err = fmt.Errorf("look at the processes of %s: %w", root, err)
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
