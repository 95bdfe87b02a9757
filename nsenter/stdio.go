package nsenter

import (
	"os"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// Stdio is what the process gets as descriptors 0, 1 and 2. It is not used
// when the plan asks for a terminal: all three are that terminal then.
type Stdio struct {
	Stdin, Stdout, Stderr *os.File
}

// giveTo makes the process's user the owner of those that are pipes, so that
// it can open /dev/stdout and its like, as runc does
// (libcontainer/init_linux.go, fixStdioPermissions). Unlike runc it leaves the
// caller's files to their owner.
func (s Stdio) giveTo(uid, gid int) error {
	for _, f := range []*os.File{s.Stdin, s.Stdout, s.Stderr} {
		pipe, err := sys.IsPipe(f)
		if err != nil {
			return err
		}
		if !pipe {
			continue
		}
		if err := sys.Chown(f, uid, gid); err != nil {
			return err
		}
	}
	return nil
}
