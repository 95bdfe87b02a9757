// Command caller starts its arguments as a command that inherits, of whatever
// a process can inherit, something that no container should get.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "caller:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	signal.Ignore(syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGPIPE, syscall.SIGTERM, syscall.SIGUSR1,
		syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU, syscall.SIGWINCH)
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"be nice", func() error { return unix.Setpriority(unix.PRIO_PROCESS, 0, 5) }},
		{"set the I/O class idle", setIdle},
		{"stay on one CPU", stayOnOneCPU},
		{"limit the open files", func() error {
			return syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 200, Max: 4000})
		}},
		{"take a session keyring", func() error { _, err := unix.KeyctlJoinSessionKeyring("administrator"); return err }},
		{"open files", openFiles},
		{"set the OOM score", func() error { return os.WriteFile("/proc/self/oom_score_adj", []byte("77"), 0) }},
		{"set the core dump filter", func() error { return os.WriteFile("/proc/self/coredump_filter", []byte("1"), 0) }},
		{"set the timer slack", func() error { return unix.Prctl(unix.PR_SET_TIMERSLACK, 12345, 0, 0, 0) }},
		{"disable huge pages", func() error { return unix.Prctl(unix.PR_SET_THP_DISABLE, 1, 0, 0, 0) }},
		{"set groups", func() error { return syscall.Setgroups([]int{4, 20, 44}) }},
		{"set the umask", func() error { unix.Umask(0o077); return nil }},
		{"leave the directory", removeDirectory},
		{"block signals", blockSignals},
	} {
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	// What is the thread's is so in the command too: Exec is this thread's.
	return syscall.Exec(args[0], args, append(os.Environ(), "LD_PRELOAD_=hostile", "HOSTILE=yes"))
}
