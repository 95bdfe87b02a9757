package main

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// push says which of its files are a terminal, and pushes the characters of
// its argument into each, as if the user had typed them (TIOCSTI).
func push(args []string) error {
	files := map[string]int{"stdin": 0, "stdout": 1, "stderr": 2}
	if tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0); err == nil {
		defer tty.Close()
		files["/dev/tty"] = int(tty.Fd())
	}
	for name, fd := range files {
		if _, err := unix.IoctlGetTermios(fd, unix.TCGETS); err != nil {
			continue
		}
		fmt.Printf("%s is a terminal\n", name)
		for _, c := range []byte(args[0]) {
			if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.TIOCSTI, uintptr(unsafe.Pointer(&c))); errno != 0 {
				break
			}
			fmt.Printf("%s: pushed %q\n", name, c)
		}
	}
	fmt.Println("end")
	return nil
}
