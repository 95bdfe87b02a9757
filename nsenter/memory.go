package nsenter

import (
	"errors"
	"os"
	"path"
	"strconv"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// ErrNoMemory says that the executor was killed in a cgroup that has hardly any memory
// left, by the OOM killer most likely.
var ErrNoMemory = errors.New("it was killed, and the container has hardly any memory left")

// scarce is when a cgroup has hardly any memory left, in bytes: a birth charges some
// tens of pages to it, in portions of 64.
const scarce = 1 << 20

// memoryShort reports whether hardly any memory is left in a cgroup of version 2, or in
// one above it (memory.max, Linux's cgroup-v2.rst). What is born there with the memory
// of this process makes it the prey of the OOM killer, which kills all that share the
// memory of the one that it chose. The path is that of the cgroup in its hierarchy.
func memoryShort(cgroup *os.File, in string) (bool, error) {
	up := ""
	for range strings.Count(path.Clean(in), "/") {
		if left, limited, err := memoryLeft(cgroup, up); err != nil || limited && left < scarce {
			return err == nil, err
		}
		up += "../"
	}
	return false, nil
}

// memoryLeft returns what is left in a cgroup, in bytes, and whether that is limited.
func memoryLeft(cgroup *os.File, up string) (left int, limited bool, err error) {
	most, err := sys.ReadAt(cgroup, up+"memory.max")
	if errors.Is(err, os.ErrNotExist) || most == "max\n" {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	current, err := sys.ReadAt(cgroup, up+"memory.current")
	if err != nil {
		return 0, false, err
	}
	limit, err := strconv.Atoi(strings.TrimSpace(most))
	if err != nil {
		return 0, false, err
	}
	used, err := strconv.Atoi(strings.TrimSpace(current))
	return limit - used, true, err
}
