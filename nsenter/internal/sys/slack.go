package sys

import (
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// ownSlack returns the timer slack of this process, in nanoseconds, as it was
// before CalmMonitor: what a command of it inherits (PR_SET_TIMERSLACK(2const)).
var ownSlack = sync.OnceValues(func() (int, error) {
	slack, err := unix.PrctlRetInt(unix.PR_GET_TIMERSLACK, 0, 0, 0, 0)
	return slack, os.NewSyscallError("prctl", err)
})

// monitorSlack is how late the monitor may look, in nanoseconds.
const monitorSlack = "1000000"

// CalmMonitor lets the thread with which Go's runtime monitors itself look every
// millisecond, and not every 20 µs: in a command that lasts for some milliseconds
// it takes a seventh of the CPU time, and finds little but system calls that last
// longer than that, from which it wakes another thread. It is the first thread
// that the runtime starts. Threads that it starts inherit its slack: see OwnSlack.
// CAP_SYS_NICE is needed (proc_pid_timerslack_ns(5), Linux 4.6).
func CalmMonitor() error {
	if _, err := ownSlack(); err != nil {
		return err
	}
	dir, err := os.Open("/proc/self/task")
	if err != nil {
		return err
	}
	defer dir.Close()
	threads, err := dir.Readdirnames(2) // in the order of their birth
	if err != nil || len(threads) < 2 {
		return err
	}
	path := "/proc/" + threads[1] + "/timerslack_ns"
	fd, err := unix.Open(path, unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: path, Err: err}
	}
	defer unix.Close(fd)
	_, err = unix.Write(fd, []byte(monitorSlack))
	return os.NewSyscallError("write", err)
}

// OwnSlack gives the current thread, and what is forked from it, the timer slack
// that the process had before CalmMonitor.
func OwnSlack() error {
	slack, err := ownSlack()
	if err != nil {
		return err
	}
	return os.NewSyscallError("prctl", unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(slack), 0, 0, 0))
}
