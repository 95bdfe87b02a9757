package procfs

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// looker knows what the caller's own processes look like.
type looker struct {
	root                 string
	pidNS, mntNS, userNS string // as readlink(2) of /proc/PID/ns/KIND prints them
}

func reader(root string) (looker, error) {
	l := looker{root: root}
	for kind, link := range map[string]*string{"pid": &l.pidNS, "mnt": &l.mntNS, "user": &l.userNS} {
		var err error
		if *link, err = os.Readlink(filepath.Join(root, "self/ns", kind)); err != nil {
			return l, err
		}
	}
	return l, nil
}

// look reads of one process what it may be. Whatever cannot be read has ended,
// or is not the caller's business.
func (l looker) look(pid int) (*Monitor, *Process) {
	data, err := l.read(pid, "stat")
	if err != nil {
		return nil, nil
	}
	stat, err := proc.ParseStat(data)
	if err != nil || stat.PID != pid || stat.PPID == 2 || pid == 2 { // 2 is the parent of the kernel's threads
		return nil, nil
	}
	pidNS, err := l.namespace(pid, "pid")
	if err != nil {
		return nil, nil
	}
	if pidNS == l.pidNS {
		if m, ok := l.monitor(pid, stat); ok {
			return &m, nil
		}
	}
	p := Process{PID: pid, PPID: stat.PPID, Start: stat.StartTime, Comm: stat.Comm, NSpid: []int{pid}}
	if data, err = l.read(pid, "cgroup"); err != nil {
		return nil, nil
	}
	if p.Cgroups, err = proc.ParseCgroups(string(data)); err != nil {
		return nil, nil
	}
	if pidNS == l.pidNS {
		return nil, &p
	}
	if data, err = l.read(pid, "status"); err != nil {
		return nil, nil
	}
	status, err := proc.ParseStatus(string(data))
	if err != nil {
		return nil, nil
	}
	p.NSpid = status.NSpid
	return nil, &p
}

// monitor reads the monitor that a process is, if it is one that root or the
// caller has started on the host.
func (l looker) monitor(pid int, stat proc.Stat) (Monitor, bool) {
	if !strings.HasPrefix(stat.Comm, shimName) && stat.Comm != conmonName {
		return Monitor{}, false
	}
	for kind, want := range map[string]string{"mnt": l.mntNS, "user": l.userNS} {
		if got, err := l.namespace(pid, kind); err != nil || got != want {
			return Monitor{}, false
		}
	}
	data, err := l.read(pid, "status")
	if err != nil {
		return Monitor{}, false
	}
	status, err := proc.ParseStatus(string(data))
	if err != nil {
		return Monitor{}, false
	}
	for _, uid := range status.UID {
		if uid != 0 && int(uid) != os.Geteuid() {
			return Monitor{}, false
		}
	}
	if data, err = l.read(pid, "cmdline"); err != nil {
		return Monitor{}, false
	}
	cwd, err := os.Readlink(l.path(pid, "cwd"))
	if err != nil {
		return Monitor{}, false
	}
	m, ok := parseMonitor(stat.Comm, strings.Split(strings.TrimSuffix(string(data), "\x00"), "\x00"), cwd)
	m.PID, m.Start = pid, stat.StartTime
	return m, ok
}

func (l looker) path(pid int, name string) string {
	return filepath.Join(l.root, strconv.Itoa(pid), name)
}

func (l looker) namespace(pid int, kind string) (string, error) {
	return os.Readlink(l.path(pid, "ns/"+kind))
}

func (l looker) read(pid int, name string) ([]byte, error) {
	f, err := os.Open(l.path(pid, name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = errors.New("longer than any that is known")
	}
	return data, err
}
