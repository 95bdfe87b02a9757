package proc

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// ErrGone says that the pinned process has exited. It may still be a zombie.
var ErrGone = errors.New("the process is gone")

// ErrHidden says that a process runs which the caller's /proc does not show to
// the caller: it is mounted with hidepid, see proc(5). It wraps os.ErrPermission.
var ErrHidden = fmt.Errorf("/proc does not show it: %w", os.ErrPermission)

// Process is a pinned process.
type Process struct {
	pid    int
	pidfd  *os.File
	dir    *os.File
	start  uint64
	parent int
}

// Pin takes hold of the process that has the number pid in the caller's PID
// namespace. The error is ErrGone when there is none, or only a zombie, and
// ErrHidden or ErrOtherProc when /proc does not show it.
//
// The pidfd is opened first and asked last: when it still answers after the
// /proc directory was opened, both mean the same process (pidfd_open(2),
// Linux 5.3).
func Pin(pid int) (*Process, error) {
	pidfd, err := sys.PidfdOpen(pid)
	if err != nil {
		// A number that is now a thread's is no process's any more.
		if sys.IsNoProcess(err) || sys.IsThread(err) {
			err = ErrGone
		}
		return nil, fmt.Errorf("pin process %d: %w", pid, err)
	}
	p := &Process{pid: pid, pidfd: pidfd}
	if err := p.open(); err != nil {
		err = p.hidden(err)
		p.Close()
		return nil, fmt.Errorf("pin process %d: %w", pid, err)
	}
	return p, nil
}

// Child takes hold of a child of this process that nobody waits for meanwhile:
// its number stays its. Whether it is alive is not known, nor when it started.
func Child(pid int) (*Process, error) {
	p := &Process{pid: pid}
	if err := p.openDir(); err != nil {
		return nil, fmt.Errorf("look at the child %d: %w", pid, err)
	}
	return p, nil
}

// Self takes hold of this process.
func Self() (*Process, error) {
	dir, err := sys.OpenDir("/proc/self")
	if err != nil {
		return nil, err
	}
	return &Process{pid: os.Getpid(), dir: dir}, nil
}

func (p *Process) openDir() error {
	dir, err := sys.OpenDir("/proc/" + strconv.Itoa(p.pid))
	if errors.Is(err, os.ErrNotExist) {
		return ErrGone
	}
	if err != nil {
		return err
	}
	p.dir = dir
	return nil
}

func (p *Process) open() error {
	if err := p.openDir(); err != nil {
		return err
	}
	stat, err := p.Stat()
	if err != nil {
		return err
	}
	p.start, p.parent = stat.StartTime, stat.PPID
	return p.Alive()
}

// hidden gives an error of opening the process its meaning: what has a pidfd
// and has not exited is there, whatever /proc says.
func (p *Process) hidden(err error) error {
	if (errors.Is(err, ErrGone) || errors.Is(err, os.ErrNotExist)) && p.Alive() == nil {
		if err := Mounted(); err != nil {
			return err
		}
		return ErrHidden
	}
	return err
}

// Close lets go of the process.
func (p *Process) Close() error {
	var errs []error
	for _, f := range []*os.File{p.dir, p.pidfd} {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	return errors.Join(errs...)
}

// PID returns the process's number in the PID namespace of the caller.
func (p *Process) PID() int { return p.pid }

// StartTime returns when the process started, in clock ticks since boot
// (field 22 of /proc/PID/stat).
func (p *Process) StartTime() uint64 { return p.start }

// Parent returns the number of the process's parent when it was pinned.
func (p *Process) Parent() int { return p.parent }

// Pidfd returns the process's pidfd. It belongs to p.
func (p *Process) Pidfd() *os.File { return p.pidfd }

// Alive returns nil while the process runs, and ErrGone once it has exited,
// reaped or not.
func (p *Process) Alive() error {
	if p.pidfd == nil {
		return nil // it is this process, or a child that nobody waited for
	}
	// A pidfd is readable from the moment that the process exits.
	exited, err := sys.Readable(p.pidfd, 0)
	if err != nil {
		return fmt.Errorf("poll the pidfd of process %d: %w", p.pid, err)
	}
	if exited {
		return ErrGone
	}
	return nil
}

// Exits reports whether the process exits within the time: it explains why
// something about the process has failed. One that exits loses its namespaces
// some time before its pidfd tells (do_exit in kernel/exit.c); in between it
// looks alive, and whatever is asked of it fails in a way of its own.
func (p *Process) Exits(within time.Duration) bool {
	exited, err := sys.Readable(p.pidfd, within)
	return err == nil && exited
}

// Signal sends the process a signal (pidfd_send_signal(2)).
func (p *Process) Signal(sig os.Signal) error {
	if err := sys.PidfdSendSignal(p.pidfd, sig); err != nil {
		if sys.IsNoProcess(err) {
			err = ErrGone
		}
		return fmt.Errorf("signal process %d: %w", p.pid, err)
	}
	return nil
}

// maxFile bounds what is read of one file of /proc, in bytes.
const maxFile = 4 << 20

// ReadFile returns the content of a file of the process's /proc directory.
// The error is ErrGone when the process was reaped.
func (p *Process) ReadFile(name string) ([]byte, error) {
	data, err := sys.ReadFileAt(p.dir, name, maxFile+1)
	if err != nil {
		return nil, p.gone(err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("read /proc/%d/%s: longer than %d bytes", p.pid, name, maxFile)
	}
	return data, nil
}

// WriteFile writes to a file of the process's /proc directory. The error is ErrGone
// when the process was reaped.
func (p *Process) WriteFile(name, text string) error {
	return p.gone(sys.WriteAt(p.dir, name, text))
}

// gone gives an error of a file of /proc its meaning: the files of a reaped
// process fail with ESRCH, with ENOENT or, what is below ns, with EACCES.
func (p *Process) gone(err error) error {
	if sys.IsNoProcess(err) || (errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission)) && p.Alive() != nil {
		return ErrGone
	}
	return err
}

// Namespaces returns the namespaces that the process is in.
func (p *Process) Namespaces() (Namespaces, error) { return p.namespaces("") }

// OwnNamespaces returns the namespaces of this process, which it does not leave.
// They are read once.
var OwnNamespaces = sync.OnceValues(func() (Namespaces, error) {
	self, err := Self()
	if err != nil {
		return Namespaces{}, err
	}
	defer self.Close()
	return self.Namespaces()
})

// NamespacesForChildren returns the namespaces that a child of the process
// will be in: those of PIDs and time may differ from the process's own.
func (p *Process) NamespacesForChildren() (Namespaces, error) { return p.namespaces("_for_children") }

func (p *Process) namespaces(suffix string) (Namespaces, error) {
	var ids Namespaces
	for _, n := range Kinds() {
		link := "ns/" + n.String()
		if n == PID || n == Time {
			link += suffix
		}
		dev, ino, err := sys.StatAt(p.dir, link)
		if errors.Is(err, os.ErrNotExist) {
			if !known(n) {
				continue
			}
			err = ErrGone // a process that exits loses its namespaces first
		}
		if err != nil {
			return ids, fmt.Errorf("read the %s namespace of process %d: %w", n, p.pid, p.gone(err))
		}
		ids[n] = ID{Dev: dev, Ino: ino}
	}
	return ids, nil
}

// Executable returns the device and inode of the file that the process runs.
func (p *Process) Executable() (dev, ino uint64, err error) {
	dev, ino, err = sys.StatAt(p.dir, "exe")
	if err != nil {
		return 0, 0, p.gone(err)
	}
	return dev, ino, nil
}

// known reports whether the kernel has the kind of namespace: the newest is
// time, Linux 5.6.
func known(n Namespace) bool {
	_, err := os.Lstat("/proc/self/ns/" + n.String())
	return err == nil
}

// Root opens the process's root directory, for look-ups that stay inside it.
func (p *Process) Root() (*os.File, error) {
	root, err := sys.MountRoot(p.pidfd)
	if err != nil {
		return nil, fmt.Errorf("open the root of process %d: %w", p.pid, p.gone(err))
	}
	return root, nil
}
