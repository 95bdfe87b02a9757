package differential

import (
	"fmt"
	"runtime"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// scheduling asks the system calls that take a PID.
func (p process) scheduling() {
	attr, err := unix.SchedGetAttr(p.pid, 0)
	p.fields["sched_getattr"] = fmt.Sprintf("%+v %s", attr, errorText(err))
	var set unix.CPUSet
	err = unix.SchedGetaffinity(p.pid, &set)
	p.fields["sched_getaffinity"] = fmt.Sprint(set, errorText(err))
	const whoProcess = 1 // IOPRIO_WHO_PROCESS
	priority, _, errno := unix.Syscall(unix.SYS_IOPRIO_GET, whoProcess, uintptr(p.pid), 0)
	p.fields["ioprio_get"] = fmt.Sprintf("class %d, level %d, %v", priority>>13, priority&0x1fff, errno)
	var cookie uint64
	_, _, errno = unix.Syscall6(unix.SYS_PRCTL, unix.PR_SCHED_CORE, unix.PR_SCHED_CORE_GET, uintptr(p.pid), 0,
		uintptr(unsafe.Pointer(&cookie)), 0)
	p.fields["core scheduling"] = fmt.Sprint(cookie, errno)
}

// filters copies the seccomp filters with ptrace(2).
func (p process) filters() {
	if p.fields["status Seccomp"] != "2" {
		return
	}
	done := make(chan string)
	go func() {
		runtime.LockOSThread() // the tracer is a thread
		defer runtime.UnlockOSThread()
		done <- filtersOf(p.pid)
	}()
	p.fields["seccomp filters"] = <-done
}

func filtersOf(pid int) string {
	if err := unix.PtraceSeize(pid); err != nil {
		return err.Error()
	}
	defer func() { _ = unix.PtraceDetach(pid) }() // else nobody but us could wait for its end
	if err := unix.PtraceInterrupt(pid); err != nil {
		return err.Error()
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		var status unix.WaitStatus
		got, err := unix.Wait4(pid, &status, unix.WNOHANG|unix.WALL, nil)
		if err != nil || time.Now().After(deadline) {
			return fmt.Sprint("it did not stop: ", err)
		}
		if got == pid {
			break
		}
	}
	var filters []string
	for i := uintptr(0); ; i++ {
		filter, errno := filterOf(pid, i)
		if errno != 0 {
			return strings.Join(filters, "\n") + " end: " + errno.Error()
		}
		filters = append(filters, filter)
	}
}

func filterOf(pid int, index uintptr) (string, unix.Errno) {
	const getFilter, getMetadata = 0x420c, 0x420d // PTRACE_SECCOMP_GET_FILTER and …_METADATA
	code := make([]byte, 8*unix.BPF_MAXINSNS)
	n, _, errno := unix.Syscall6(unix.SYS_PTRACE, getFilter, uintptr(pid), index, uintptr(unsafe.Pointer(&code[0])), 0, 0)
	if errno != 0 {
		return "", errno
	}
	metadata := [2]uint64{uint64(index)}
	_, _, errno = unix.Syscall6(unix.SYS_PTRACE, getMetadata, uintptr(pid), 16, uintptr(unsafe.Pointer(&metadata[0])), 0, 0)
	return fmt.Sprintf("flags %#x, %s", metadata[1], verdicts(code[:8*n])), errno
}
