package nsenter

import (
	"errors"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// glance reads files of a container without a process of its own, which lookFor
// takes ten times as long for: but only where nobody whom the container could
// have chosen can make it wait. It reports false in any doubt. A file that is
// not there is empty.
func glance(target *proc.Process, own string, paths []string) ([]string, bool) {
	root, err := target.Root()
	if err != nil {
		return nil, false
	}
	defer root.Close()
	theirs, err := target.ReadFile("mountinfo")
	if err != nil {
		return nil, false
	}
	g := glimpse{root: root, theirs: string(theirs), own: own}
	texts := make([]string, len(paths))
	for i, path := range paths {
		file, err := g.find(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, false
		}
		text, err := g.read(file)
		file.Close()
		if err != nil {
			return nil, false
		}
		texts[i] = text
	}
	return texts, true
}

// glimpse looks into a container, whose mountinfo is theirs; own is the caller's.
type glimpse struct {
	root        *os.File
	theirs, own string
}

var errDoubt = errors.New("it may be that somebody has to be waited for")

// find finds a file that the kernel has found lately, or one in a directory that
// it has found lately, which the file system is asked for then.
func (g glimpse) find(name string) (*os.File, error) {
	file, err := sys.FindCached(g.root, name)
	if err == nil || errors.Is(err, os.ErrNotExist) {
		return file, err
	}
	dir, err := sys.FindCached(g.root, path.Dir(name))
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	if id, _, err := sys.MountID(dir); err != nil || !isLocal(id, g.theirs, g.own) {
		return nil, errDoubt
	}
	return sys.FindIn(dir, path.Base(name))
}

// read reads a regular file.
func (g glimpse) read(file *os.File) (string, error) {
	id, regular, err := sys.MountID(file)
	if err != nil || !regular || !isLocal(id, g.theirs, g.own) {
		return "", errDoubt
	}
	data, err := sys.ReadFound(file, maxContent+1)
	if err == nil && len(data) > maxContent {
		err = errTooLarge
	}
	return string(data), err
}

// localTypes are the file systems whose files the kernel reads from the host's
// own devices and memory, as they are called in mountinfo.
var localTypes = []string{"tmpfs", "overlay", "ext4", "ext3", "ext2", "xfs", "btrfs", "bcachefs", "f2fs", "zfs", "erofs", "squashfs"}

// isLocal reports whether reading a file in the mount with this number waits for
// nobody else. theirs is the container's mountinfo, own the caller's. What is not
// in memory must be mounted on the host too: a container can mount on top of a
// file system that it serves itself, such as an overlay of one. Where the host has
// such file systems the layers of an overlay may be in one of them.
func isLocal(id uint64, theirs, own string) bool {
	wanted := strconv.FormatUint(id, 10)
	theirMount, _ := proc.FindMount(theirs, wanted+" ", func(m proc.MountLine) bool { return m.ID == wanted })
	switch {
	case !slices.Contains(localTypes, theirMount.Kind):
		return false
	case theirMount.Kind == "tmpfs":
		return true
	case theirMount.Kind == "overlay" && strings.Contains(own, " - fuse"):
		return false
	}
	_, ok := proc.FindMount(own, " "+theirMount.Device+" ", func(m proc.MountLine) bool { return m.Device == theirMount.Device && m.Kind == theirMount.Kind })
	return ok
}
