package plugin

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// errNoCgroup says that a container's processes cannot be told from others.
var errNoCgroup = errors.New("it has no cgroup of its own, so its processes cannot be told from others")

// members returns the PIDs of the processes that are in init's cgroup or
// below it, in order. It is what cgroup.procs would say, wherever the
// hierarchy is mounted.
func members(init *proc.Process) ([]int, error) {
	memberships, err := init.Cgroups()
	if err != nil {
		return nil, err
	}
	own := slices.IndexFunc(memberships, func(m proc.Membership) bool { return m.Path != "/" })
	if own < 0 {
		return nil, errNoCgroup
	}
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, fmt.Errorf("list the processes: %w", err)
	}
	var pids []int
	for _, dir := range dirs {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, "cgroup"))
		if err != nil {
			continue // it has ended
		}
		all, err := proc.ParseCgroups(string(data))
		if err == nil && slices.ContainsFunc(all, func(m proc.Membership) bool { return below(m, memberships[own]) }) {
			pids = append(pids, pid)
		}
	}
	slices.Sort(pids)
	return pids, nil
}

func below(m, home proc.Membership) bool {
	return m.Hierarchy == home.Hierarchy && strings.HasPrefix(m.Path+"/", home.Path+"/")
}
