package sys

import (
	"context"
	"errors"
	"os"
	"runtime"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// errand is a list of system calls for a process of its own that shares the
// memory of this one and runs nothing of Go's: a loop of some twenty instructions
// (errand_*.s) makes the calls one after the other, up to the first that fails,
// and ends the process. So it takes neither a thread of the runtime's nor a stop of
// the scheduler, and nobody waits for a process that waits, as after a vfork(2).
//
// The process reads the list and what that points to until it has ended or executes
// another program, later than anybody waits for it when it was born into a cgroup that
// was frozen, say: as long the errand must be in use, so that Go leaves it alone.
type errand struct {
	lists [3][]errandCall // before, after, inside
	names []string        // of the calls inside
	room  []byte          // that is left for what the calls point to
}

// errandCall is what the loop reads, and where it leaves the result.
type errandCall struct {
	nr     uintptr // the end of a list: endOfErrand
	args   [6]uintptr
	result int // a negated errno when it is negative
}

const endOfErrand = ^uintptr(0)

// The lists of an errand, as cloneErrand counts them.
const (
	before = iota // what this process does before the birth
	after         // … and after it
	inside        // what the new one does
)

// cloneArgs is struct clone_args of linux/sched.h.
type cloneArgs struct {
	flags, pidfd uint64
	_            [2]uint64 // child_tid, parent_tid
	exitSignal   uint64
	_            [5]uint64 // stack, stack_size, tls, set_tid, set_tid_size
	cgroup       uint64
}

// errand_*.s says this size to the kernel.
var _ [88]byte = [unsafe.Sizeof(cloneArgs{})]byte{}

// newErrand returns an empty list with room for so many calls and bytes.
func newErrand(calls, bytes int) *errand {
	const own = 3        // calls of each of the first two lists
	const ownBytes = 512 // for what they point to, the pidfd and the lists
	e := &errand{room: make([]byte, bytes+ownBytes)}
	all := make([]errandCall, 2*own+calls+1)
	for i, length := range [...]int{own, own, calls + 1} {
		e.lists[i], all = all[:0:length], all[length:]
	}
	return e
}

// call adds a call and returns where its result will be.
func (e *errand) call(name string, nr uintptr, args ...uintptr) *int {
	e.names = append(e.names, name)
	return e.add(inside, nr, args...)
}

func (e *errand) add(list int, nr uintptr, args ...uintptr) *int {
	c := errandCall{nr: nr}
	copy(c.args[:], args)
	l := append(e.lists[list], c)
	e.lists[list] = l
	return &l[len(l)-1].result
}

// bytes returns so many bytes of memory, zeros aligned to 8 bytes, and their
// address for a call.
func (e *errand) bytes(n int) ([]byte, uintptr) {
	end := (n + 7) &^ 7
	b := e.room[:n:n]
	e.room = e.room[end:]
	return b, uintptr(unsafe.Pointer(&b[0]))
}

// words returns so many words of memory, zeros, and their address.
func (e *errand) words(n int) ([]uintptr, uintptr) {
	b, at := e.bytes(n * int(unsafe.Sizeof(uintptr(0))))
	return unsafe.Slice((*uintptr)(unsafe.Pointer(&b[0])), n), at
}

// text puts a string that ends with a NUL into the memory.
func (e *errand) text(s string) uintptr {
	b, at := e.bytes(len(s) + 1)
	copy(b, s)
	return at
}

// start lets a process make the calls. The flags are those of clone3(2), of which
// CLONE_PIDFD is set; without CLONE_VM nobody hears of its results. Least kernel
// version: 5.3, and 5.7 for a cgroup, in which it begins.
//
// All its signals are blocked, and it may run on the CPU only that this process runs
// on, which waits for it soon: to wake another one takes longer than most of what is
// done there, and where both run at once each change of their common memory stops both.
func (e *errand) start(flags uint64, exitSignal syscall.Signal, cgroup *os.File) (pid, pidfd int, err error) {
	e.blockSignals()
	e.stay()
	for list := range e.lists {
		e.add(list, endOfErrand)
	}
	pidfdAt, fd := e.words(1)
	args := &cloneArgs{flags: flags | unix.CLONE_PIDFD, pidfd: uint64(fd), exitSignal: uint64(exitSignal)}
	if cgroup != nil {
		args.flags |= unix.CLONE_INTO_CGROUP
		args.cgroup = uint64(cgroup.Fd())
	}
	lists, _ := e.words(len(e.lists)) // not on the stack, which the process would find in use
	for i, list := range e.lists {
		lists[i] = uintptr(unsafe.Pointer(&list[0]))
	}
	pid = cloneErrand(args, &lists[0])
	runtime.KeepAlive(cgroup)
	if pid < 0 {
		return 0, -1, os.NewSyscallError("clone3", syscall.Errno(-pid))
	}
	return pid, int(int32(pidfdAt[0])), nil
}

// blockSignals blocks all signals for the birth.
func (e *errand) blockSignals() {
	const size = 8 // of the kernel's sigset_t
	sets, all := e.words(2)
	sets[0] = ^uintptr(0)
	had := all + size
	e.add(before, unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, all, had, size)
	e.add(after, unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, had, 0, size)
}

// stay binds this thread to its CPU for the birth. That it cannot does not matter.
func (e *errand) stay() {
	const size = int(unsafe.Sizeof(unix.CPUSet{}))
	cpu, cpuAt := e.words(1)
	all, allAt := e.bytes(size)
	if _, _, errno := unix.RawSyscall(unix.SYS_GETCPU, cpuAt, 0, 0); errno != 0 {
		return
	}
	if unix.SchedGetaffinity(0, (*unix.CPUSet)(unsafe.Pointer(&all[0]))) != nil {
		return
	}
	own, ownAt := e.bytes(size)
	(*unix.CPUSet)(unsafe.Pointer(&own[0])).Set(int(cpu[0]))
	e.add(before, unix.SYS_SCHED_SETAFFINITY, 0, uintptr(size), ownAt)
	e.add(after, unix.SYS_SCHED_SETAFFINITY, 0, uintptr(size), allAt)
}

// cloneErrand makes the calls of the first list, the process, which makes those of
// the last one, and then the calls of the second list. It returns the process's
// number or a negated errno.
//
//go:noescape
func cloneErrand(args *cloneArgs, lists *uintptr) (pid int)

// dieWithParent has the process killed when the thread ends that has started it
// (PR_SET_PDEATHSIG(2const)).
func (e *errand) dieWithParent() {
	e.call("prctl", unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL))
}

var errKilled = errors.New("the process that was to make the system calls was killed")

// perform lets a process make the calls, and waits for its end. When the context
// ends first the process is killed. It is no child of which anybody else hears.
func (e *errand) perform(ctx context.Context, flags uint64) error {
	pid, pidfd, err := e.start(flags|unix.CLONE_VM, 0, nil)
	if err != nil {
		return err
	}
	defer unix.Close(pidfd)
	const step = 20 * time.Millisecond
	ended := false
	for !ended && err == nil {
		if ended, err = readable(uintptr(pidfd), step); !ended && err == nil {
			err = ctx.Err()
		}
	}
	if !ended {
		_ = unix.PidfdSendSignal(pidfd, unix.SIGKILL, nil, 0)
		if ended, _ = readable(uintptr(pidfd), time.Second); !ended {
			go e.outlast(pid)
			return err
		}
	}
	status, waitErr := reapErrand(pid)
	switch {
	case err != nil:
		return err
	case waitErr != nil:
		return waitErr
	case !status.Exited(): // no result says so: that of a call that was not made is 0
		return errKilled
	}
	return nil
}

// reapErrand waits for the end of an errand's process.
func reapErrand(pid int) (status unix.WaitStatus, err error) {
	for {
		_, err := unix.Wait4(pid, &status, unix.WALL, nil) // WALL: its end makes no signal
		if !errors.Is(err, unix.EINTR) {
			return status, os.NewSyscallError("wait4", err)
		}
	}
}

// failure returns the error of the call that ended the list before its end, or nil.
func (e *errand) failure() error {
	for i, name := range e.names {
		if result := e.lists[inside][i].result; result < 0 {
			return os.NewSyscallError(name, syscall.Errno(-result))
		}
	}
	return nil
}

// outlast keeps the errand until its process has ended.
func (e *errand) outlast(pid int) {
	_, _ = reapErrand(pid)
	runtime.KeepAlive(e)
}
