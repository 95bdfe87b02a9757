package containerd

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// maxAddress is how many bytes the path of a unix socket may have, see unix(7).
const maxAddress = len(syscall.RawSockaddrUnix{}.Path) - 1

// Misnamed says what is wrong with the address of a socket that could not be
// connected to, in words that follow it; nil when it may be a socket's. The
// kernel answers as if nobody listened there, or that a value is invalid.
func Misnamed(address string, err error) error {
	switch {
	case errors.Is(err, syscall.EINVAL) && len(address) > maxAddress:
		return fmt.Errorf("is longer than a socket's path may be (%d bytes)", maxAddress)
	case !errors.Is(err, syscall.ECONNREFUSED):
		return nil
	}
	if info, err := os.Stat(address); err == nil {
		switch {
		case info.IsDir():
			return errors.New("is a directory")
		case info.Mode().Type() != os.ModeSocket:
			return errors.New("is not a socket")
		}
	}
	return nil
}
