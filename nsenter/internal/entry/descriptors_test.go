package entry_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

// A descriptor of the host that is taken along is a way out of the container
// (CVE-2016-9962, CVE-2024-21626). This follows the table of descriptors of
// an executor that was started with a hundred of them.
func TestNoDescriptorOfTheHostIsTakenAlong(t *testing.T) {
	eachPlan(t, func(t *testing.T, p *plan.Plan, m *machine, trace []call) {
		open := map[uint64]bool{}
		for fd := range uint64(100) {
			open[fd] = true
		}
		command := []uint64{0, 1, 2}
		for fd := range p.PreserveFDs {
			command = append(command, uint64(3+fd))
		}
		control := uint64(entry.Control(p))
		onExec := map[uint64]bool{}
		for _, c := range trace {
			switch c.Nr {
			case unix.SYS_OPENAT:
				open[77] = true
			case unix.SYS_CLOSE:
				delete(open, c.Args[0])
			case unix.SYS_CLOSE_RANGE:
				maps.DeleteFunc(open, func(fd uint64, _ bool) bool { return c.Args[2] == 0 && fd >= c.Args[0] && fd <= c.Args[1] })
			case unix.SYS_FCNTL:
				onExec[c.Args[0]] = c.Args[1] == unix.F_SETFD && c.Args[2] == unix.FD_CLOEXEC
			case unix.SYS_SETNS:
				if got, want := slices.Sorted(maps.Keys(open)), append(slices.Clone(command), control, control+1); !slices.Equal(got, want) {
					t.Errorf("open at the join: %v and not %v", got, want)
				}
			case unix.SYS_UMASK:
				if got, want := slices.Sorted(maps.Keys(open)), append(slices.Clone(command), control); !slices.Equal(got, want) {
					t.Errorf("open after the join: %v and not %v", got, want)
				}
			case unix.SYS_EXECVE:
				maps.DeleteFunc(open, func(fd uint64, _ bool) bool { return onExec[fd] })
				if got := slices.Sorted(maps.Keys(open)); !slices.Equal(got, command) {
					t.Errorf("the command has %v and not %v", got, command)
				}
			}
		}
	})
}

// Whatever branch is taken, a call that takes a descriptor takes one of these.
func TestOnlyItsOwnDescriptorsAreUsed(t *testing.T) {
	eachPlan(t, func(t *testing.T, p *plan.Plan, m *machine, _ []call) {
		control := uint64(entry.Control(p))
		allowed := map[uintptr][]uint64{
			unix.SYS_READ: {control}, unix.SYS_FCNTL: {control}, unix.SYS_SETNS: {control + 1}, unix.SYS_CLOSE: {control + 1},
			unix.SYS_IOCTL: {0}, unix.SYS_WRITE: {control}, unix.SYS_CLOSE_RANGE: {control + 2},
		}
		if p.Cgroups != nil { // two of its three are of version 1
			allowed[unix.SYS_WRITE] = append(allowed[unix.SYS_WRITE], control+2, control+3)
			allowed[unix.SYS_CLOSE_RANGE] = append(allowed[unix.SYS_CLOSE_RANGE], control+4)
		}
		opened := uint64(0)
		for i, c := range m.all() {
			fds, takes := allowed[c.Nr]
			if c.Nr == unix.SYS_OPENAT {
				opened = uint64(c.Store)
				continue
			}
			if takes && !slices.Contains(fds, c.Args[0]) && (opened == 0 || c.Nr != unix.SYS_WRITE) {
				t.Errorf("call %d, %s: descriptor %d", i, c.Step, c.Args[0])
			}
			opened = 0 // a result is used by the next call only
		}
	})
}

// In the container a path is the container's to choose: none is opened, and
// only the directory and the command are looked at.
func TestInTheContainerOnlyTheDirectoryAndTheCommandAreLookedUp(t *testing.T) {
	takesPath := []uintptr{
		unix.SYS_CHDIR, unix.SYS_FACCESSAT, unix.SYS_FACCESSAT2, unix.SYS_EXECVE, unix.SYS_OPENAT, unix.SYS_OPENAT2, unix.SYS_EXECVEAT, unix.SYS_CHROOT,
		unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_PIVOT_ROOT, unix.SYS_MKDIRAT, unix.SYS_MKNODAT, unix.SYS_FCHMODAT,
		unix.SYS_FCHOWNAT, unix.SYS_READLINKAT, unix.SYS_NEWFSTATAT, unix.SYS_STATX, unix.SYS_UNLINKAT, unix.SYS_OPEN_TREE,
	}
	eachPlan(t, func(t *testing.T, p *plan.Plan, m *machine, _ []call) {
		calls := m.all()
		for _, c := range calls[first(calls, is(unix.SYS_UMASK)):] {
			if !slices.Contains(takesPath, c.Nr) {
				continue
			}
			path, isDir := strings.CutSuffix(c.path, "/.")
			switch {
			case c.Nr == unix.SYS_CHDIR && c.path == p.Cwd:
			case looksFor(c) && slices.Contains(p.Path, path):
			case c.Nr == unix.SYS_EXECVE && slices.Contains(p.Path, path) && !isDir:
			default:
				t.Errorf("%s: call %d of %q", c.Step, c.Nr, c.path)
			}
		}
		for _, c := range calls[:first(calls, is(unix.SYS_UMASK))] {
			if slices.Contains(takesPath, c.Nr) && (c.Nr != unix.SYS_OPENAT || !strings.HasPrefix(c.path, "/proc/self/attr/")) {
				t.Errorf("%s: call %d of %q", c.Step, c.Nr, c.path)
			}
		}
	})
}

func TestHostIsLookedUpBeforeTheJoin(t *testing.T) {
	eachPlan(t, func(t *testing.T, p *plan.Plan, m *machine, trace []call) {
		if p.Labels != (plan.Labels{}) {
			inOrder(t, "labels, barrier, setns", last(trace, is(unix.SYS_OPENAT)), last(trace, is(unix.SYS_CLOSE_RANGE)), first(trace, setns))
		}
	})
}

func TestEveryCallSaysWhatItIsFor(t *testing.T) {
	eachPlan(t, func(t *testing.T, _ *plan.Plan, m *machine, _ []call) {
		for i, c := range m.all() {
			if c.Step == "" || c.Nr == stage.Load && c.Args[0] == 0 {
				t.Errorf("call %d, number %d, has no name or address", i, c.Nr)
			}
		}
	})
}
