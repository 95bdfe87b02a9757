package faults

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// traces returns what sidestep could leave behind or change on the host and
// in the containers: a line for each process, mount, cgroup and file.
func (w *world) traces() []string {
	var found []string
	for _, p := range w.bed.Own() {
		how := "running"
		if strings.ContainsRune("TtZX", rune(p.State)) {
			how = "in state " + string(rune(p.State))
		}
		found = append(found, fmt.Sprintf("process %d of %d, %s, started at %d, %s", p.PID, p.PPID, p.Comm, p.StartTime, how))
	}
	for _, dir := range w.bed.CgroupDirs() {
		found = append(found, "cgroup "+dir)
	}
	var mounts []string
	files := []string{"/proc/self/mountinfo"}
	dirs := []string{w.bed.State()}
	for _, v := range w.victims {
		files = append(files, fmt.Sprintf("/proc/%d/mountinfo", v.pid))
		if v.rootfs != "" {
			dirs = append(dirs, v.rootfs)
		}
		if _, err := os.Lstat(v.socket); err == nil {
			found = append(found, "socket "+v.socket)
		}
	}
	for _, file := range files {
		data, _ := os.ReadFile(file)
		for line := range strings.Lines(string(data)) {
			if fields := strings.Fields(line); strings.Contains(line, w.bed.Dir) || file != files[0] {
				mounts = append(mounts, fields[4])
				found = append(found, "mount in "+file+": "+strings.TrimSpace(line))
			}
		}
	}
	for _, dir := range dirs {
		found = append(found, filesBelow(dir, mounts)...)
	}
	return found
}

// filesBelow lists the files below a directory, but looks into no mount: that
// may hang.
func filesBelow(dir string, mounts []string) []string {
	var found []string
	_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if path != dir && slices.Contains(mounts, path) {
			return fs.SkipDir
		}
		if err != nil {
			return nil //nolint:nilerr // what disappears meanwhile is missing in the list
		}
		if info, err := entry.Info(); err == nil {
			found = append(found, fmt.Sprintf("file %s, %s, %d bytes of %s", path, info.Mode(), info.Size(), info.ModTime()))
		}
		return nil
	})
	return found
}

// expectSame checks that everything is as it was, shortly after.
func (w *world) expectSame(t *testing.T, before []string) {
	t.Helper()
	var changed []string
	for range 20 {
		now := w.traces()
		changed = nil
		for _, line := range now {
			if !slices.Contains(before, line) {
				changed = append(changed, "now: "+line)
			}
		}
		for _, line := range before {
			if !slices.Contains(now, line) {
				changed = append(changed, "not any more: "+line)
			}
		}
		if len(changed) == 0 {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("sidestep changed something:\n%s", strings.Join(changed, "\n"))
}
