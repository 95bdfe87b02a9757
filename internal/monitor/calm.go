// Package monitor calms the thread with which Go's runtime monitors itself. In a
// command that lasts for some milliseconds that thread takes a seventh of the CPU
// time, most often of the same processor: it looks every 20 µs, and finds little
// but system calls that last longer than that, from which it wakes another thread.
//
// The thread cannot be told to look less often. But it sleeps in between, and how
// much longer than asked a thread may sleep is its timer slack.
package monitor

import (
	"strconv"
	"sync/atomic"
	"syscall"
)

// slack is how late the monitor may look, in nanoseconds.
const slack = 20_000_000

// calmed is the number of the thread that was calmed; nil: none.
var calmed atomic.Pointer[string]

// own is the timer slack that the process had before, in nanoseconds.
var own atomic.Int64

// Calm lets the monitor look every 20 ms: not at all in most commands, and soon
// enough where a system call hangs and the deadline of another is over. It is the
// first thread that the runtime starts. Threads that it starts inherit its slack:
// see Slack. CAP_SYS_NICE is needed (proc_pid_timerslack_ns(5), Linux 4.6).
func Calm() error {
	if calmed.Load() != nil {
		return nil
	}
	before, err := current()
	if err != nil {
		return err
	}
	all, err := threads()
	if err != nil || len(all) < 2 {
		return err
	}
	if err := give(all[1], slack); err != nil {
		return err
	}
	own.Store(before)
	calmed.Store(&all[1])
	return nil
}

// Restore gives the monitor its slack back, in a process that lasts.
func Restore() {
	if thread := calmed.Swap(nil); thread != nil {
		_ = give(*thread, own.Load()) // what could be given once can be given again
	}
}

// Slack returns the timer slack of this process, in nanoseconds, which is that of
// the current thread unless the monitor has started it: what a command inherits
// (PR_SET_TIMERSLACK(2const)).
func Slack() (int64, error) {
	if ns := own.Load(); ns != 0 {
		return ns, nil
	}
	return current()
}

func current() (int64, error) {
	const getTimerSlack = 30 // PR_GET_TIMERSLACK
	ns, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, getTimerSlack, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int64(ns), nil
}

// threads returns the numbers of the first threads, in the order of their birth.
func threads() ([]string, error) {
	fd, err := syscall.Open("/proc/self/task", syscall.O_RDONLY|syscall.O_DIRECTORY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer syscall.Close(fd)
	var entries [512]byte
	n, err := syscall.ReadDirent(fd, entries[:])
	if err != nil {
		return nil, err
	}
	_, _, names := syscall.ParseDirent(entries[:n], -1, nil)
	return names, nil
}

// give gives a thread a timer slack.
func give(thread string, ns int64) error {
	fd, err := syscall.Open("/proc/"+thread+"/timerslack_ns", syscall.O_WRONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	_, err = syscall.Write(fd, strconv.AppendInt(nil, ns, 10))
	return err
}
