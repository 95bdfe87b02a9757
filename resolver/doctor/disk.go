package doctor

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/bundle"
	"github.com/sidestep-dev/sidestep/resolver/health"
)

// place is a directory in which the chain writes.
type place struct {
	dir, holds string
	breaks     []health.Use
	fatal      bool
}

// disks looks at the file systems of the places, each once. A place that is not
// there needs no room.
func disks(deadline time.Duration, places []place) []health.Check {
	spaces := make([]*mounted, len(places))
	var all sync.WaitGroup
	for i, p := range places {
		all.Go(func() {
			m, ok := within(deadline, func() *mounted { return statfs(p) })
			if !ok {
				m = &mounted{Space: p.space()}
				m.NoAnswerIn = deadline.String()
			}
			spaces[i] = m
		})
	}
	all.Wait()
	seen := map[uint64]bool{}
	var checks []health.Check
	for _, m := range spaces {
		if errors.Is(m.Unreadable, fs.ErrNotExist) || seen[m.device] {
			continue
		}
		seen[m.device] = m.device != 0
		checks = append(checks, m.Checks()...)
	}
	return checks
}

// mounted is a place's file system; its device is 0 when it is not known.
type mounted struct {
	health.Space
	device uint64
}

func (p place) space() health.Space {
	return health.Space{Dir: p.dir, For: p.holds, Breaks: p.breaks, Fatal: p.fatal}
}

// statfs asks for a place's file system.
func statfs(p place) *mounted {
	m := &mounted{Space: p.space()}
	info, err := os.Stat(p.dir)
	if err != nil {
		m.Unreadable = err
		return m
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		m.device = stat.Dev
	}
	var s syscall.Statfs_t
	if err := syscall.Statfs(p.dir, &s); err != nil {
		m.Unreadable = err
		return m
	}
	const readOnly = 1 // ST_RDONLY of statfs(2)
	unit := uint64(s.Bsize)
	// What only root may use counts: those who write here are root.
	m.Free, m.Total = s.Bfree*unit, s.Blocks*unit
	m.FreeInodes, m.Inodes = s.Ffree, s.Files
	m.ReadOnly = s.Flags&readOnly != 0
	return m
}

// rootOfDaemon returns containerd's root, where its images and snapshots are: the
// link "work" of a bundle leads to ROOT/io.containerd.runtime.v2.task/NAMESPACE/ID.
func rootOfDaemon(b bundle.Bundle) string {
	work, err := os.Readlink(filepath.Join(b.Dir, "work"))
	if err != nil {
		return ""
	}
	if own, ok := bundle.At(work); ok {
		return own.StateOf()
	}
	return work
}
