package doctor

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/sidestep-dev/sidestep/resolver/health"
)

// supplies looks at what the kernel has for all processes together.
func supplies() seen {
	s := checks(loadOfHost().Check())
	if tasks, err := tasksOfHost(); err == nil {
		s.checks = append(s.checks, tasks.Tasks())
	}
	if files, err := filesOfHost(); err == nil {
		s.checks = append(s.checks, files.Files())
	}
	return s
}

// loadOfHost reads the first field of /proc/loadavg. Without it the host counts
// as one that has nothing to do.
func loadOfHost() health.Load {
	l := health.Load{Processors: runtime.NumCPU()}
	line, _ := readLine("/proc/loadavg")
	if fields := strings.Fields(line); len(fields) > 0 {
		l.Average, _ = strconv.ParseFloat(fields[0], 64)
	}
	return l
}

// tasksOfHost counts the host's processes and threads: the fourth field of
// /proc/loadavg is RUNNING/ALL.
func tasksOfHost() (health.Supply, error) {
	s := health.Supply{Setting: "kernel.threads-max"}
	line, err := readLine("/proc/loadavg")
	if err != nil {
		return s, err
	}
	if fields := strings.Fields(line); len(fields) > 3 {
		_, all, _ := strings.Cut(fields[3], "/")
		s.Used, err = strconv.ParseUint(all, 10, 64)
	}
	if err != nil {
		return s, err
	}
	for setting, file := range map[string]string{"kernel.threads-max": "threads-max", "kernel.pid_max": "pid_max"} {
		line, err := readLine(filepath.Join("/proc/sys/kernel", file))
		if err != nil {
			return s, err
		}
		limit, err := strconv.ParseUint(line, 10, 64)
		if err != nil {
			return s, err
		}
		if s.Max == 0 || limit < s.Max {
			s.Max, s.Setting = limit, setting
		}
	}
	return s, nil
}

// filesOfHost counts the host's open files (/proc/sys/fs/file-nr: ALL 0 MAX).
func filesOfHost() (health.Supply, error) {
	s := health.Supply{Setting: "fs.file-max"}
	line, err := readLine("/proc/sys/fs/file-nr")
	if err != nil {
		return s, err
	}
	fields := strings.Fields(line)
	if len(fields) != 3 {
		return s, fmt.Errorf("parse file-nr: %q", line)
	}
	if s.Used, err = strconv.ParseUint(fields[0], 10, 64); err != nil {
		return s, err
	}
	s.Max, err = strconv.ParseUint(fields[2], 10, 64)
	return s, err
}

// readLine returns the first line of a file of /proc.
func readLine(file string) (string, error) {
	data, err := os.ReadFile(file)
	line, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimSpace(line), err
}
