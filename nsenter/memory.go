package nsenter

import (
	"errors"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// scarce is when a cgroup has hardly any memory left, in bytes: a birth charges some
// tens of pages to it, in portions of 64.
const scarce = 1 << 20

// memoryShort reports whether hardly any memory is left in the cgroup of version 2
// that is among these, or in one above it (memory.max, Linux's cgroup-v2.rst). What is
// born there with the memory of this process makes it the prey of the OOM killer, which
// kills all that share the memory of the one that it chose.
func (h hierarchies) memoryShort(cgroups []plan.Cgroup) bool {
	i := slices.IndexFunc(cgroups, func(c plan.Cgroup) bool { return c.Unified() })
	if i < 0 {
		return false
	}
	m := cgroups[i].Membership
	for ; path.Clean(m.Path) != "/"; m.Path = path.Dir(path.Clean(m.Path)) {
		if left, limited, err := h.memoryLeft(m); err != nil || limited && left < scarce {
			return true // or nobody knows
		}
	}
	return false
}

// memoryLeft returns what is left in a cgroup, in bytes, and whether that is limited.
func (h hierarchies) memoryLeft(m proc.Membership) (left int, limited bool, err error) {
	dir, err := h.open(m)
	if err != nil {
		return 0, false, err
	}
	defer dir.Close()
	most, err := sys.ReadAt(dir, "memory.max")
	if errors.Is(err, os.ErrNotExist) || err == nil && most == "max\n" {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	current, err := sys.ReadAt(dir, "memory.current")
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
