package main

import (
	"encoding/binary"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// serveFUSE mounts a file system of its own on the directory that is its
// argument, and answers no question about it: whoever looks into it waits. The
// second argument is a file that it makes once the file system is there, and to
// which it writes a line for each question.
func serveFUSE(args []string) error {
	dir, log := args[0], args[1]
	fd, err := unix.Open("/dev/fuse", unix.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("open /dev/fuse: %w", err)
	}
	options := fmt.Sprintf("fd=%d,rootmode=40755,user_id=0,group_id=0,allow_other", fd)
	if err := unix.Mount("hostile", dir, "fuse", unix.MS_NOSUID|unix.MS_NODEV, options); err != nil {
		return fmt.Errorf("mount on %s: %w", dir, err)
	}
	questions, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	buffer := make([]byte, 1<<20)
	for {
		n, err := unix.Read(fd, buffer)
		if err != nil {
			return fmt.Errorf("read a question: %w", err)
		}
		// struct fuse_in_header: len, opcode, unique, …
		opcode, unique := binary.NativeEndian.Uint32(buffer[4:]), binary.NativeEndian.Uint64(buffer[8:])
		fmt.Fprintf(questions, "%d bytes, opcode %d\n", n, opcode)
		const initialize = 26 // FUSE_INIT
		if opcode != initialize {
			continue
		}
		// struct fuse_out_header and struct fuse_init_out of version 7.31.
		answer := make([]byte, 16+64)
		binary.NativeEndian.PutUint32(answer[0:], uint32(len(answer)))
		binary.NativeEndian.PutUint64(answer[8:], unique)
		binary.NativeEndian.PutUint32(answer[16:], 7)
		binary.NativeEndian.PutUint32(answer[20:], 31)
		binary.NativeEndian.PutUint32(answer[24:], 1<<16)
		binary.NativeEndian.PutUint32(answer[16+20:], 1<<16) // max_write
		if _, err := unix.Write(fd, answer); err != nil {
			return fmt.Errorf("answer: %w", err)
		}
	}
}
