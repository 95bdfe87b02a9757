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
const monitorSlack = "5000000"

// CalmMonitor lets the thread with which Go's runtime monitors itself look every
// 5 ms, and not every 20 µs: in a command that lasts for some milliseconds
// it takes a seventh of the CPU time, and finds little but system calls that last
// longer than that, from which it wakes another thread. It is the first thread
// that the runtime starts. Threads that it starts inherit its slack: see OwnSlack.
// CAP_SYS_NICE is needed (proc_pid_timerslack_ns(5), Linux 4.6).
func CalmMonitor() error {
	if _, err := ownSlack(); err != nil {
		return err
	}
	threads, err := ownThreads()
	if err != nil || len(threads) < 2 {
		return err
	}
	path := "/proc/" + threads[1] + "/timerslack_ns"
	fd, err := openFD(unix.AT_FDCWD, "", path, unix.O_WRONLY)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	_, err = unix.Write(fd, []byte(monitorSlack))
	return os.NewSyscallError("write", err)
}

// ownThreads returns the numbers of the first threads, in the order of their birth.
func ownThreads() ([]string, error) {
	fd, err := openFD(unix.AT_FDCWD, "", "/proc/self/task", unix.O_DIRECTORY)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	var entries [512]byte
	n, err := unix.ReadDirent(fd, entries[:])
	if err != nil {
		return nil, os.NewSyscallError("getdents64", err)
	}
	_, _, threads := unix.ParseDirent(entries[:n], -1, nil)
	return threads, nil
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
