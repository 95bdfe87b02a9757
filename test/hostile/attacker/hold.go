package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// hold keeps the lock of its own address space, so that nobody can read its
// arguments and environment: it reads memory that is a file of a file system of
// its own by /proc/self/mem, which holds the lock for readers and waits for the
// page, and asks for more memory, which waits for the lock with all who come
// later. The arguments are those of serveFUSE.
func hold(args []string) error {
	dir, log := args[0], args[1]
	server := exec.Command("/proc/self/exe", "file", dir, log) // its descriptors go with it, and let this process die
	if err := server.Start(); err != nil {
		return err
	}
	if err := wait(log, "opcode 26"); err != nil {
		return err
	}
	file, err := unix.Open(filepath.Join(dir, "file"), unix.O_RDONLY, 0)
	if err != nil {
		return fmt.Errorf("open the file: %w", err)
	}
	mapped, err := unix.Mmap(file, 0, 4096, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("map the file: %w", err)
	}
	memory, err := unix.Open("/proc/self/mem", unix.O_RDONLY, 0)
	if err != nil {
		return fmt.Errorf("open its memory: %w", err)
	}
	go func() {
		runtime.LockOSThread()
		_, _ = unix.Pread(memory, make([]byte, 1), int64(uintptr(unsafe.Pointer(&mapped[0]))))
	}()
	if err := wait(log, fmt.Sprintf("opcode %d", fuseRead)); err != nil {
		return err
	}
	_, err = unix.Mmap(-1, 0, 4096, unix.PROT_READ, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	return fmt.Errorf("the lock was not held: %w", err)
}

// wait waits until a file has the text.
func wait(path, text string) error {
	for range 1000 {
		if data, _ := os.ReadFile(path); bytes.Contains(data, []byte(text)) {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("no %q in %s", text, path)
}
