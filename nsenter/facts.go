package nsenter

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// environ returns init's environment. Init can write it as it likes.
func environ(target *proc.Process) ([]string, error) {
	data, err := target.ReadFile("environ")
	if err != nil {
		return nil, err
	}
	return strings.FieldsFunc(string(data), func(r rune) bool { return r == 0 }), nil
}

func lastCap() (int, error) {
	data, err := os.ReadFile("/proc/sys/kernel/cap_last_cap")
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(data)))
}

// label returns the label by which a security module confines the process, or
// "" when none does.
func label(target *proc.Process) (string, error) {
	data, err := target.ReadFile("attr/current")
	if errors.Is(err, syscall.EINVAL) {
		return "", nil // no module of the kernel gives labels
	}
	if err != nil {
		return "", err
	}
	current := strings.TrimRight(string(data), "\x00\n")
	if current == "unconfined" || strings.Contains(current, ":unconfined_t:") {
		return "", nil
	}
	return current, nil
}

func frozen(cgroups []proc.Membership) (bool, error) {
	hierarchies, err := readHierarchies()
	if err != nil {
		return false, err
	}
	return hierarchies.frozen(cgroups)
}
