package testbed

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// hierarchies returns the mount points of the cgroup hierarchies: those of v1
// and the v2 one beside them, or the v2 one alone.
func hierarchies() []string {
	dirs, _ := filepath.Glob("/sys/fs/cgroup/*/cgroup.procs")
	if _, err := os.Stat("/sys/fs/cgroup/cgroup.procs"); err == nil {
		return []string{"/sys/fs/cgroup"}
	}
	for i, dir := range dirs {
		dirs[i] = filepath.Dir(dir)
	}
	return dirs
}

// cgroupDirs returns the directories of the cgroup with this path and of all
// below it, in each hierarchy.
func cgroupDirs(cgroup string) []string {
	var dirs []string
	for _, root := range hierarchies() {
		_ = filepath.WalkDir(filepath.Join(root, cgroup), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				dirs = append(dirs, path)
			}
			return nil // one that disappears is no error
		})
	}
	return dirs
}

// cgroups returns the directories of the scope's cgroups.
func (s scope) cgroups() []string { return cgroupDirs(s.cgroup()) }

// thaw lets frozen processes go on: nothing else ends them.
func (s scope) thaw() {
	for _, dir := range s.cgroups() {
		for file, value := range map[string]string{"freezer.state": "THAWED", "cgroup.freeze": "0"} {
			if _, err := os.Stat(filepath.Join(dir, file)); err == nil {
				_ = os.WriteFile(filepath.Join(dir, file), []byte(value), 0)
			}
		}
	}
}

// removeCgroups removes the scope's cgroups and, when it is empty, that of its
// run.
func (s scope) removeCgroups() {
	dirs := s.cgroups()
	slices.Reverse(dirs)
	for _, dir := range dirs {
		_ = os.Remove(dir)
		_ = os.Remove(filepath.Dir(dir)) // refused while it holds another bed's
	}
}
