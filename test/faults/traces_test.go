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
		if p.Comm == "docker" {
			continue // an earlier victim is being removed
		}
		found = append(found, fmt.Sprintf("process %d, %s, started at %d, %s", p.PID, p.Comm, p.StartTime, how))
	}
	for _, dir := range w.bed.CgroupDirs() {
		found = append(found, "cgroup "+dir)
	}
	var mounts []string
	files := []string{"/proc/self/mountinfo"}
	dirs, _ := filepath.Glob(filepath.Join(w.bed.State(), "*"))
	dirs = slices.DeleteFunc(dirs, func(dir string) bool { return dir == w.dockerRoot() }) // as with mounts
	for _, v := range w.victims {
		if mount, _ := os.Readlink(fmt.Sprintf("/proc/%d/ns/mnt", v.pid)); mount == v.mount { // not another process's by now
			files = append(files, fmt.Sprintf("/proc/%d/mountinfo", v.pid))
		}
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
			fields := strings.Fields(line)
			mounts = append(mounts, fields[4])
			// What dockerd mounts, it unmounts when it takes note of an end.
			if strings.HasPrefix(fields[4], w.bed.State()) && !strings.HasPrefix(fields[4], w.dockerRoot()) || file != files[0] {
				found = append(found, "mount in "+file+": "+strings.TrimSpace(line))
			}
		}
	}
	for _, dir := range dirs {
		found = append(found, filesBelow(dir, mounts)...)
	}
	return found
}

// settled returns the traces when the daemons have done what the fault makes
// them do.
func (w *world) settled() []string {
	found := w.traces()
	for range 20 {
		time.Sleep(100 * time.Millisecond)
		now := w.traces()
		if slices.Equal(found, now) {
			break
		}
		found = now
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
		if filepath.Ext(path) == ".db" {
			return nil // containerd's own, which it writes when it likes
		}
		if info, err := entry.Info(); err == nil && info.Mode().IsRegular() {
			found = append(found, fmt.Sprintf("file %s, %s, %d bytes of %s", path, info.Mode(), info.Size(), info.ModTime()))
		} else if err == nil { // a pipe, through which a daemon may talk
			found = append(found, fmt.Sprintf("file %s, %s", path, info.Mode()))
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
