package testbed

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// sysctls are those that a kubelet and the network plugins change, below
// /proc/sys.
var sysctls = []string{"vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops", "net/ipv4/ip_forward"}

// sysctlsBefore is the file of a bed's directory with what they were.
const sysctlsBefore = "sysctls-before"

// rememberSysctls writes down what the sysctls are.
func (s scope) rememberSysctls() error {
	var found strings.Builder
	for _, name := range sysctls {
		value, err := os.ReadFile("/proc/sys/" + name)
		if err != nil {
			return fmt.Errorf("read a sysctl: %w", err)
		}
		fmt.Fprintf(&found, "%s %s", name, value)
	}
	return os.WriteFile(filepath.Join(s.dir(), sysctlsBefore), []byte(found.String()), 0o600)
}

// changedSysctls returns, by name, the values that the sysctls had before a
// bed of the scope and do not have now.
func (s scope) changedSysctls() map[string]string {
	before := map[string]string{}
	for _, depth := range []string{"", "*/"} { // a bed's own, and those of all beds of a run
		files, _ := filepath.Glob(s.dir() + "/" + depth + sysctlsBefore)
		for _, file := range files {
			data, _ := os.ReadFile(file)
			for line := range strings.Lines(string(data)) {
				name, value, _ := strings.Cut(line, " ")
				if now, err := os.ReadFile("/proc/sys/" + name); err == nil && string(now) != value {
					before[name] = value
				}
			}
		}
	}
	return before
}

// restoreSysctls gives the sysctls the values that they had.
func (s scope) restoreSysctls() {
	for name, value := range s.changedSysctls() {
		_ = os.WriteFile("/proc/sys/"+name, []byte(value), 0)
	}
}
