package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// watch looks again and again for processes that run none of the image's
// programs, and writes to the file that is its argument, once each, what it
// gets of them:
//
//	hidden            a process of which nothing may be seen
//	exe LINK          what it runs
//	cwd LINK, root LINK, fd LINK
//	took LINK         a descriptor, by pidfd_getfd(2)
//	written           its program could be written to, now or when it had ended
func watch(args []string) error {
	log, err := os.OpenFile(args[0], os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	say := func(line string) {
		if !seen[line] {
			seen[line] = true
			fmt.Fprintln(log, line)
		}
	}
	var held []*os.File
	for {
		dirs, _ := filepath.Glob("/proc/[0-9]*")
		for _, dir := range dirs {
			exe, err := os.Readlink(dir + "/exe")
			if err == nil && !strings.HasPrefix(exe, "/memfd:") && os.Getenv("HOST_PIDS") != "" {
				continue // of the host's
			}
			if os.IsPermission(err) {
				say("hidden")
			}
			if err != nil || exe == "/bin/busybox" || exe == "/attacker" || exe == "/loader" {
				continue // of the image, whose root may write to it
			}
			look(dir, exe, say)
			if f, err := os.Open(dir + "/exe"); err == nil {
				if link, _ := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", f.Fd())); link == exe {
					held = append(held, f)
				} else {
					f.Close() // it runs another program by now
				}
			}
		}
		for _, f := range held {
			if w, err := os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", f.Fd()), os.O_WRONLY, 0); err == nil {
				if _, err := w.WriteAt([]byte("pwned"), 0); err == nil {
					say("written")
				}
				w.Close()
			}
		}
		if len(held) > 100 {
			held[0].Close()
			held = held[1:]
		}
	}
}

// look takes what there is of one process.
func look(dir, exe string, say func(string)) {
	say("exe " + exe)
	for _, name := range []string{"cwd", "root"} {
		if link, err := os.Readlink(dir + "/" + name); err == nil {
			say(name + " " + link)
		}
	}
	fds, _ := filepath.Glob(dir + "/fd/*")
	for _, fd := range fds {
		if link, err := os.Readlink(fd); err == nil {
			say("fd " + kind(link))
		}
	}
	pid, _ := strconv.Atoi(filepath.Base(dir))
	for n := range 32 {
		if fd, err := take(pid, n); err == nil {
			link, _ := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd))
			say("took " + kind(link))
			unix.Close(fd)
		}
	}
}

// kind leaves out of a link what differs each time.
func kind(link string) string {
	before, _, _ := strings.Cut(link, ":[")
	return before
}

// take copies a descriptor of another process, for which it must be allowed to
// trace it.
func take(pid, n int) (int, error) {
	pidfd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return -1, err
	}
	defer unix.Close(pidfd)
	return unix.PidfdGetfd(pidfd, n, 0)
}
