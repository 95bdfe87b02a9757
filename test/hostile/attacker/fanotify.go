package main

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// ask has itself asked before anybody opens the file that is its argument, and
// answers nobody: whoever opens it waits. The second argument is a file that it makes
// once that is so.
func ask(args []string) error {
	fd, err := unix.FanotifyInit(unix.FAN_CLASS_CONTENT|unix.FAN_CLOEXEC, unix.O_RDONLY)
	if err != nil {
		return fmt.Errorf("fanotify_init: %w", err)
	}
	if err := unix.FanotifyMark(fd, unix.FAN_MARK_ADD, unix.FAN_OPEN_PERM, unix.AT_FDCWD, args[0]); err != nil {
		return fmt.Errorf("fanotify_mark %s: %w", args[0], err)
	}
	if err := os.WriteFile(args[1], []byte("it is so\n"), 0o644); err != nil {
		return err
	}
	for {
		_ = unix.Pause()
	}
}
