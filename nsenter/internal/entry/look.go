package entry

import (
	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// Look is a file to be found in a container.
type Look struct {
	Path     string // from the root of its mounts
	NoFollow bool   // what is there must not be a link
	Flags    uint64 // of open(2)
	Copy     bool   // its content is wanted, and not the open file
}

// The descriptors of a program that looks into a container: LookControl, where
// it speaks; LookCopy, where it writes contents; LookPidfd of the container's
// init.
const (
	LookControl = iota
	LookCopy
	LookPidfd

	descriptorDir // the rest it opens itself
	rootDir
	foundFile
	openFile
)

// Of a Look, each message is one of these: a record with Missing and the errno,
// a sys.Found for a file that was found and not opened yet, or a record with
// Done, with the open file unless its content was to be copied.
const (
	Missing = 1
	Done    = 2
)

// StepCopy is the step that the seal of the buffer ends.
const StepCopy = "copy the file"

// CompileLook returns the program that looks for files in the mount namespace
// of a process, one after the other. What is found is told; it is opened once
// the caller has said a word, and the process ends without one.
func CompileLook(looks []Look) *stage.Program {
	c := &compiler{Program: &stage.Program{}}
	c.dead = c.Label()
	const all = 1<<32 - 1
	c.call("close the caller's descriptors", unix.SYS_CLOSE_RANGE, descriptorDir, all, 0)
	c.prctl("become undumpable", unix.PR_SET_DUMPABLE, 0)
	c.dieWithCaller()
	const directory = unix.O_PATH | unix.O_DIRECTORY | unix.O_CLOEXEC
	here := unix.AT_FDCWD
	c.call("open the directory of descriptors", unix.SYS_OPENAT, uint64(here), uint64(c.String("/proc/self/fd")), directory)
	c.call("join the mount namespace", unix.SYS_SETNS, LookPidfd, unix.CLONE_NEWNS)
	c.call("open the root", unix.SYS_OPENAT, uint64(here), uint64(c.String("/")), directory)
	buffer := c.Bytes(make([]byte, copySize))
	for _, l := range looks {
		c.look(l, buffer)
	}
	c.call("end", unix.SYS_EXIT_GROUP, 0)
	c.Mark(c.dead)
	c.call("end, the caller being gone", unix.SYS_EXIT_GROUP, 125)
	return c.Program
}

func (c *compiler) look(l Look, buffer stage.Address) {
	next := c.Label()
	c.find(l, next)
	found := c.Bytes(make([]byte, sys.FoundSize))
	c.call("look at the file", unix.SYS_FSTAT, foundFile, uint64(found))
	c.call("look at the file's mount", unix.SYS_FSTATFS, foundFile, uint64(found)+uint64(sys.FoundMount))
	c.call("write to the control socket", unix.SYS_WRITE, LookControl, uint64(found), uint64(sys.FoundSize))
	c.with("read the control socket", unix.SYS_READ, []uint64{LookControl, uint64(c.Words(0)), 1},
		func(call *stage.Call) { call.Zero = c.dead })
	// By its descriptor: what the path means may have changed.
	c.call("open the file", unix.SYS_OPENAT, descriptorDir, uint64(c.String(string(rune('0'+foundFile)))), l.Flags|unix.O_CLOEXEC|unix.O_NOCTTY)
	done := c.Words(Done, 0)
	if l.Copy {
		c.copy(buffer)
		c.call("write to the control socket", unix.SYS_WRITE, LookControl, uint64(done), stage.RecordSize)
	} else {
		c.call("hand the file over", unix.SYS_SENDMSG, LookControl, uint64(c.message(done)), 0)
	}
	c.call("close the file", unix.SYS_CLOSE, openFile)
	c.call("close the file", unix.SYS_CLOSE, foundFile)
	c.Mark(next)
}

// find opens what is at the path, inside the root and by no magic link, only to
// look at it: it has no chance to act, as a FIFO or a device would. The
// container can make renames race with look-ups (EAGAIN), but not win each time.
func (c *compiler) find(l Look, next stage.Next) {
	flags := uint64(unix.O_PATH | unix.O_CLOEXEC)
	if l.NoFollow {
		flags |= unix.O_NOFOLLOW
	}
	path := uint64(c.String(l.Path))
	how := uint64(c.Words(flags, 0, unix.RESOLVE_IN_ROOT|unix.RESOLVE_NO_MAGICLINKS))
	record := c.Words(Missing, 0)
	found := c.Label()
	const patience = 20
	for range patience {
		again := c.Label()
		c.with("find the file", unix.SYS_OPENAT2, []uint64{rootDir, path, how, unix.SizeofOpenHow}, func(call *stage.Call) {
			call.Store, call.Negative, call.Zero, call.Positive = record+8, again, found, found
		})
		c.Mark(again)
	}
	c.with("write to the control socket", unix.SYS_WRITE, []uint64{LookControl, uint64(record), stage.RecordSize},
		func(call *stage.Call) { call.Positive = next })
	c.Mark(found)
}

// copySize is how much of a file is copied at a time, in bytes.
const copySize = 32 << 10

// copy copies the content of the file.
func (c *compiler) copy(buffer stage.Address) {
	more, done := c.Label(), c.Label()
	c.Mark(more)
	c.with("read the file", unix.SYS_READ, []uint64{openFile, uint64(buffer), copySize}, func(call *stage.Call) {
		call.Store, call.Zero = c.Argument(2), done
	})
	c.with(StepCopy, unix.SYS_WRITE, []uint64{LookCopy, uint64(buffer)}, func(call *stage.Call) { call.Positive = more })
	c.Mark(done)
}

// message lays out a struct msghdr with a record and the open file.
func (c *compiler) message(record stage.Address) stage.Address {
	iov := c.Words(uint64(record), stage.RecordSize)
	control := c.Words(uint64(unix.CmsgLen(4)), unix.SOL_SOCKET|unix.SCM_RIGHTS<<32, openFile)
	return c.Words(0, 0, uint64(iov), 1, uint64(control), uint64(unix.CmsgSpace(4)), 0)
}
