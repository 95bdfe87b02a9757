package main

import (
	"encoding/binary"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// The operations of FUSE that are answered (linux/fuse.h).
const (
	fuseLookUp  = 1
	fuseGetAttr = 3
	fuseOpen    = 14
	fuseRead    = 15
	fuseInit    = 26
)

// serveFUSE mounts a file system of its own on the directory that is its
// argument, and answers no question about it: whoever looks into it waits. The
// second argument is a file that it makes once the file system is there, and to
// which it writes a line for each question.
func serveFUSE(args []string) error {
	return serve(args[0], args[1], func(uint32, uint64) []byte { return nil })
}

// serveFile is serveFUSE with one file, which everybody may open and nobody can
// read.
func serveFile(args []string) error {
	return serve(args[0], args[1], func(opcode uint32, node uint64) []byte {
		switch opcode {
		case fuseLookUp: // struct fuse_entry_out
			return append(append(words(2, 0, 3600, 3600), words(0)...), attributes(2)...)
		case fuseGetAttr: // struct fuse_attr_out
			return append(words(3600, 0), attributes(node)...)
		case fuseOpen: // struct fuse_open_out
			return words(0, 0)
		}
		return nil
	})
}

func words(all ...uint64) []byte {
	var data []byte
	for _, word := range all {
		data = binary.NativeEndian.AppendUint64(data, word)
	}
	return data
}

// attributes returns a struct fuse_attr: node 1 is the root, 2 the file.
func attributes(node uint64) []byte {
	mode, size := uint32(unix.S_IFDIR|0o755), uint64(0)
	if node != 1 {
		mode, size = unix.S_IFREG|0o644, 4096
	}
	data := words(node, size, 8, 0, 0, 0)
	for _, word := range []uint32{0, 0, 0, mode, 1, 0, 0, 0, 4096, 0} {
		data = binary.NativeEndian.AppendUint32(data, word)
	}
	return data
}

// serve mounts a file system and answers what answer has an answer for.
func serve(dir, log string, answer func(opcode uint32, node uint64) []byte) error {
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
		// struct fuse_in_header: len, opcode, unique, nodeid, …
		opcode, unique := binary.NativeEndian.Uint32(buffer[4:]), binary.NativeEndian.Uint64(buffer[8:])
		fmt.Fprintf(questions, "%d bytes, opcode %d\n", n, opcode)
		body := answer(opcode, binary.NativeEndian.Uint64(buffer[16:]))
		if opcode == fuseInit { // struct fuse_init_out of version 7.31
			body = make([]byte, 64)
			binary.NativeEndian.PutUint32(body[0:], 7)
			binary.NativeEndian.PutUint32(body[4:], 31)
			binary.NativeEndian.PutUint32(body[8:], 1<<16)
			binary.NativeEndian.PutUint32(body[20:], 1<<16) // max_write
		}
		if body == nil {
			continue
		}
		out := make([]byte, 16, 16+len(body)) // struct fuse_out_header
		binary.NativeEndian.PutUint32(out[0:], uint32(16+len(body)))
		binary.NativeEndian.PutUint64(out[8:], unique)
		if _, err := unix.Write(fd, append(out, body...)); err != nil {
			return fmt.Errorf("answer: %w", err)
		}
	}
}
