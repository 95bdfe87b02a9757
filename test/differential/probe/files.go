package main

import (
	"fmt"
	"os"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// terminal describes the standard streams as terminals, and the controlling
// terminal. It waits for a size: runc sets it when the process runs already.
func terminal(fields map[string]string) {
	for fd := range 3 {
		size, err := unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ)
		for wait := 0; err == nil && size.Row == 0 && wait < 100; wait++ {
			time.Sleep(10 * time.Millisecond)
			size, err = unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ)
		}
		if err != nil {
			fields[fmt.Sprintf("terminal %d", fd)] = err.Error()
			continue
		}
		t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
		if err != nil {
			t = &unix.Termios{}
		}
		fields[fmt.Sprintf("terminal %d", fd)] = fmt.Sprintf("%dx%d", size.Row, size.Col)
		fields[fmt.Sprintf("terminal %d's modes", fd)] = fmt.Sprintf("input %#o output %#o control %#o local %#o characters %v",
			t.Iflag, t.Oflag, t.Cflag, t.Lflag, t.Cc)
		session, _ := unix.IoctlGetInt(fd, unix.TIOCGSID)
		foreground, _ := unix.IoctlGetInt(fd, unix.TIOCGPGRP)
		fields[fmt.Sprintf("terminal %d's session", fd)] = fmt.Sprintf("ours %t, in the foreground %t",
			session == os.Getpid(), foreground == os.Getpid())
	}
	fields["open /dev/tty"] = opened("/dev/tty")
}

// files tells what the process may do with what it was given.
func files(fields map[string]string) {
	for _, path := range []string{"/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/null", "/proc/self/mem", "."} {
		fields["open "+path] = opened(path)
	}
	var buffer [4096]byte
	n, err := unix.Getcwd(buffer[:])
	fields["getcwd"] = fmt.Sprintf("%q %v", buffer[:max(n, 0)], err)
	groups, err := unix.Getgroups()
	fields["getgroups"] = fmt.Sprint(groups, err)
	fields["umask"] = fmt.Sprintf("%04o", unix.Umask(0))
	var uname unix.Utsname
	_ = unix.Uname(&uname)
	fields["uname"] = fmt.Sprintf("%s %s %s", unix.ByteSliceToString(uname.Nodename[:]),
		unix.ByteSliceToString(uname.Machine[:]), unix.ByteSliceToString(uname.Domainname[:]))
	var set unix.CPUSet
	err = unix.SchedGetaffinity(0, &set)
	fields["cpus"] = fmt.Sprint(set.Count(), err)
	fields["arguments"] = fmt.Sprintf("%q", os.Args)
	environment := slices.Clone(os.Environ())
	fields["environment"] = fmt.Sprintf("%q", environment)
}

// opened opens a file again, as a shell's redirection does.
func opened(path string) string {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return err.Error()
	}
	unix.Close(fd)
	fd, err = unix.Open(path, unix.O_WRONLY|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return "to read only: " + err.Error()
	}
	unix.Close(fd)
	return "to read and write"
}
