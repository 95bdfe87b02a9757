package sys

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Filter is a seccomp filter as the kernel holds it, see seccomp(2).
type Filter struct {
	Flags        uint64 // SECCOMP_FILTER_FLAG_*, those that PTRACE_SECCOMP_GET_METADATA gives
	Instructions []unix.SockFilter
}

// The requests of ptrace(2) that x/sys/unix does not name.
const (
	ptraceSeccompGetFilter   = 0x420c // Linux 4.4
	ptraceSeccompGetMetadata = 0x420d // Linux 4.16
)

// CopyFilters returns the seccomp filters of a process, the oldest first. The
// process is stopped for the time of the copy, some tens of microseconds, and
// goes on by itself, also when the caller dies (PTRACE_SEIZE).
//
// A process that cannot stop, because its container is frozen or it waits
// uninterruptibly, keeps the context waiting. The caller must not be under a
// seccomp filter itself, and needs CAP_SYS_ADMIN.
func CopyFilters(ctx context.Context, pid int) (filters []Filter, err error) {
	// The tracer is a thread: its end lets the process go, however this ends.
	onThread(func() { filters, err = copyFilters(ctx, pid) })
	return filters, err
}

func copyFilters(ctx context.Context, pid int) ([]Filter, error) {
	// Else each of the sleeps until the process stops takes 50 µs more, or what
	// the calm monitor has made of that. The thread ends with this.
	if err := unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0); err != nil {
		return nil, os.NewSyscallError("prctl", err)
	}
	if err := unix.PtraceSeize(pid); err != nil {
		return nil, os.NewSyscallError("ptrace seize", err)
	}
	if err := unix.PtraceInterrupt(pid); err != nil {
		return nil, os.NewSyscallError("ptrace interrupt", err)
	}
	if err := awaitStop(ctx, pid); err != nil {
		return nil, err
	}
	var filters []Filter
	for i := uint64(0); ; i++ {
		f, err := getFilter(pid, i)
		if errors.Is(err, unix.ENOENT) {
			break
		}
		if err != nil {
			return nil, err
		}
		filters = append(filters, f) // the kernel counts from the oldest
	}
	return filters, os.NewSyscallError("ptrace detach", unix.PtraceDetach(pid))
}

// awaitStop waits for the stop that PTRACE_INTERRUPT asked for. There is no
// wait with a deadline for it, so it asks again and again, ever more seldom.
// It sleeps in the kernel: a timer of Go's wakes a locked thread much later.
func awaitStop(ctx context.Context, pid int) error {
	for pause := 10 * time.Microsecond; ; pause = min(2*pause, 5*time.Millisecond) {
		var ws unix.WaitStatus
		got, err := unix.Wait4(pid, &ws, unix.WNOHANG|unix.WALL, nil)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return os.NewSyscallError("wait4", err)
		case got == pid && ws.Stopped():
			return nil
		case got == pid:
			return os.NewSyscallError("wait4", unix.ESRCH)
		case ctx.Err() != nil:
			return fmt.Errorf("it did not stop: %w", ctx.Err())
		}
		sleep := unix.NsecToTimespec(int64(pause))
		_ = unix.Nanosleep(&sleep, nil) // a signal makes it shorter
	}
}

func getFilter(pid int, index uint64) (Filter, error) {
	n, _, errno := unix.Syscall6(unix.SYS_PTRACE, ptraceSeccompGetFilter, uintptr(pid), uintptr(index), 0, 0, 0)
	if errno != 0 {
		return Filter{}, os.NewSyscallError("ptrace seccomp get filter", errno)
	}
	if n == 0 || n > unix.BPF_MAXINSNS {
		return Filter{}, fmt.Errorf("ptrace seccomp get filter: %d instructions", n)
	}
	f := Filter{Instructions: make([]unix.SockFilter, n)}
	_, _, errno = unix.Syscall6(unix.SYS_PTRACE, ptraceSeccompGetFilter, uintptr(pid), uintptr(index),
		uintptr(unsafe.Pointer(&f.Instructions[0])), 0, 0)
	if errno != 0 {
		return Filter{}, os.NewSyscallError("ptrace seccomp get filter", errno)
	}
	metadata := struct{ index, flags uint64 }{index: index}
	_, _, errno = unix.Syscall6(unix.SYS_PTRACE, ptraceSeccompGetMetadata, uintptr(pid), unsafe.Sizeof(metadata),
		uintptr(unsafe.Pointer(&metadata)), 0, 0)
	if errno != 0 {
		return Filter{}, os.NewSyscallError("ptrace seccomp get metadata", errno)
	}
	f.Flags = metadata.flags
	return f, nil
}

// WithSpecAllow returns the filter as one that leaves speculative store bypass
// on (Linux 4.17).
func (f Filter) WithSpecAllow() Filter {
	f.Flags |= unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW
	return f
}

// WithListener returns the filter as one whose installation gives a descriptor,
// at which a supervisor hears of the calls that the filter hands over. With
// waitKillable, only fatal signals interrupt a call that was received (Linux
// 5.19).
func (f Filter) WithListener(waitKillable bool) Filter {
	f.Flags |= unix.SECCOMP_FILTER_FLAG_NEW_LISTENER
	if waitKillable {
		f.Flags |= unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
	}
	return f
}

// Listens reports whether the filter's installation gives a descriptor.
func (f Filter) Listens() bool { return f.Flags&unix.SECCOMP_FILTER_FLAG_NEW_LISTENER != 0 }

// AnyListens reports whether one of the filters does.
func AnyListens(filters []Filter) bool { return slices.ContainsFunc(filters, Filter.Listens) }

// Notifies reports whether the filter hands system calls to a supervisor
// (SECCOMP_RET_USER_NOTIF, Linux 5.0). Without a listener such calls fail.
func (f Filter) Notifies() bool {
	for _, i := range f.Instructions {
		if i.Code == unix.BPF_RET|unix.BPF_K && i.K&unix.SECCOMP_RET_ACTION_FULL == unix.SECCOMP_RET_USER_NOTIF {
			return true
		}
	}
	return false
}
