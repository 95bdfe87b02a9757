package runtimestate

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/sidestep-dev/sidestep/resolver/internal/rootfile"
)

// Root is a directory in which a runtime keeps states.
type Root struct {
	Dir       string
	Namespace string // of the containerd whose shims use it; "" for a runtime that was called otherwise
}

// maxEntries bounds how many names of a directory are looked at.
const maxEntries = 16384

// Roots returns the roots that are in use below the file system root: those of
// containerd's shims and of Docker's, one for each containerd namespace, and
// those of a runc, crun or youki that somebody else calls, such as Podman and
// CRI-O, also for users who run containers without root.
func Roots(root string) []Root {
	var roots []Root
	for _, shims := range []string{"/run/containerd/runc", "/run/docker/runtime-runc", "/run/docker/runtime-crun"} {
		names, err := rootfile.Names(filepath.Join(root, shims), maxEntries)
		if err != nil {
			continue
		}
		slices.Sort(names)
		for _, name := range names {
			roots = append(roots, Root{Dir: filepath.Join(root, shims, name), Namespace: name})
		}
	}
	roots = append(roots, SystemRoots(root)...)
	users, _ := rootfile.Names(filepath.Join(root, "/run/user"), maxEntries)
	slices.Sort(users)
	for _, user := range users {
		roots = append(roots, ownRoots(filepath.Join(root, "/run/user", user))...)
	}
	return roots
}

// SystemRoots returns those of the roots in which only root has containers, and
// which no containerd's shims use.
func SystemRoots(root string) []Root { return ownRoots(filepath.Join(root, "/run")) }

func ownRoots(dir string) []Root {
	var roots []Root
	for _, name := range []string{"runc", "crun", "youki"} {
		roots = append(roots, Root{Dir: filepath.Join(dir, name)})
	}
	return roots
}

// List returns the IDs of the containers that have a directory below a root.
// One that is not there has none.
func List(root string) ([]string, error) {
	ids, err := rootfile.Names(root, maxEntries)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	slices.Sort(ids)
	return ids, err
}
