package sys

import (
	"context"
	"fmt"
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
// The error is context.DeadlineExceeded for a process that does not stop in that
// time, because its container is frozen or it waits uninterruptibly. The caller must
// not be under a seccomp filter itself, and needs CAP_SYS_ADMIN.
func CopyFilters(ctx context.Context, pid int, stop time.Duration) ([]Filter, error) {
	var filters []Filter
	for more := true; more; {
		var f Filter
		err := inTurn(ctx, func() (err error) {
			stopping, cancel := context.WithTimeout(ctx, stop)
			defer cancel()
			f, more, err = copyFilter(stopping, pid, len(filters))
			return err
		})
		if err != nil {
			return nil, err
		}
		if f.Instructions != nil {
			filters = append(filters, f) // the kernel counts from the oldest
		}
	}
	return filters, nil
}

// copyFilter returns one filter, and whether there are more: most processes have one.
// The tracer is a process of its own: its end lets the other go, however it ends.
func copyFilter(ctx context.Context, pid, index int) (f Filter, more bool, err error) {
	const longest = unix.BPF_MAXINSNS * int(unsafe.Sizeof(unix.SockFilter{}))
	e := newErrand(7, longest+16)
	code, codeAt := e.bytes(longest)
	metadata, metadataAt := e.words(2) // struct seccomp_metadata: the index and the flags
	metadata[0] = uintptr(index)
	e.dieWithParent()
	e.call(seize, unix.SYS_PTRACE, unix.PTRACE_SEIZE, uintptr(pid))
	e.call("ptrace interrupt", unix.SYS_PTRACE, unix.PTRACE_INTERRUPT, uintptr(pid))
	// It may have stopped for a signal before it was interrupted. WNOWAIT leaves it to be
	// delivered, which wait4(2) would have left to the tracer.
	e.call("waitid", unix.SYS_WAITID, unix.P_PID, uintptr(pid), 0, unix.WSTOPPED|unix.WEXITED|unix.WALL|unix.WNOWAIT, 0)
	length := e.call("ptrace seccomp get filter", unix.SYS_PTRACE, ptraceSeccompGetFilter, uintptr(pid), uintptr(index), codeAt)
	e.call("ptrace seccomp get metadata", unix.SYS_PTRACE, ptraceSeccompGetMetadata, uintptr(pid), 2*unsafe.Sizeof(metadataAt), metadataAt)
	next := e.call("ptrace seccomp get filter", unix.SYS_PTRACE, ptraceSeccompGetFilter, uintptr(pid), uintptr(index+1), 0)
	if err := e.perform(ctx, 0); err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("it did not stop: %w", err)
		}
		return f, false, err
	}
	none := -int(unix.ENOENT)
	if *length == none {
		return f, false, nil
	}
	if *next == none {
		*next = 0
	}
	if err := e.failure(); err != nil {
		return f, false, err
	}
	if *length == 0 || *length > unix.BPF_MAXINSNS {
		return f, false, fmt.Errorf("ptrace seccomp get filter: %d instructions", *length)
	}
	f = Filter{Flags: uint64(metadata[1]), Instructions: make([]unix.SockFilter, *length)}
	copy(f.Instructions, unsafe.Slice((*unix.SockFilter)(unsafe.Pointer(&code[0])), *length))
	return f, *next > 0, nil
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
