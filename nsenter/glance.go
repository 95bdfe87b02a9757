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
// takes ten times as long for: but only where no file system that the container could
// have chosen can make it wait. The error is errDoubt in any doubt, or another one that
// lookFor would end with, too. A file that is not there is empty.
func glance(target *proc.Process, own string, paths []string) ([]string, error) {
	root, err := target.Root()
	if err != nil {
		return nil, errDoubt
	}
	defer root.Close()
	g := glimpse{target: target, root: root, own: own}
	texts := make([]string, len(paths))
	for i, path := range paths {
		file, err := g.find(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, errDoubt
		}
		text, err := g.read(file, path)
		file.Close()
		if err != nil {
			return nil, err
		}
		texts[i] = text
	}
	return texts, nil
}

// glimpse looks into a container; own is the caller's mountinfo.
type glimpse struct {
	target *proc.Process
	root   *os.File
	own    string
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
	if _, err := g.local(dir); err != nil {
		return nil, err
	}
	return sys.FindIn(dir, path.Base(name))
}

// read reads a regular file. To open it can take as long as somebody likes who asked
// to be asked (FAN_OPEN_PERM, fanotify(7)).
func (g glimpse) read(file *os.File, path string) (string, error) {
	if regular, err := g.local(file); err != nil || !regular {
		return "", errDoubt
	}
	data, err := bounded("read the container's /"+path, lookDeadline, func() ([]byte, error) { return sys.ReadFound(file, maxContent+1) })
	var late *StepError
	switch {
	case errors.As(err, &late):
		return "", err
	case err != nil || len(data) > maxContent:
		return "", errDoubt
	}
	return string(data), nil
}

// local reports whether a file is a regular one; the error is errDoubt when it is not
// in a local file system. The container's mounts are read now that the file is held:
// the number of its mount means no other one as long.
func (g glimpse) local(file *os.File) (regular bool, err error) {
	id, regular, err := sys.MountID(file)
	if err != nil {
		return false, errDoubt
	}
	theirs, err := g.target.ReadFile("mountinfo")
	if err != nil || !isLocal(id, string(theirs), g.own) {
		return false, errDoubt
	}
	return regular, nil
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
