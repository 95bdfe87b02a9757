package resolver

import (
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// How many processes may want each processor before a daemon is slow for that
// reason, and how many times longer it has at most.
const (
	crowdedFrom = 4
	longest     = 5
)

// crowd returns how many times as long as usual an answer may take: 1 unless so
// many processes want a processor that everybody is late (proc_loadavg(5), the
// fourth field). Who takes that for a fault, and looks at the whole host beside
// the daemon, makes it worse: a hundred that do so at once answer nobody.
func crowd(proc string) time.Duration {
	fields := strings.Fields(loadOf(proc))
	if len(fields) < 4 {
		return 1
	}
	wanting, _, _ := strings.Cut(fields[3], "/")
	n, err := strconv.Atoi(wanting)
	if err != nil {
		return 1
	}
	return time.Duration(min(max(n/(crowdedFrom*runtime.NumCPU()), 1), longest))
}

// loadOf returns the load of the host, or "". os.ReadFile prepares to wait for the
// file, which takes three times as long as to read it.
func loadOf(proc string) string {
	fd, err := syscall.Open(filepath.Join(proc, "loadavg"), syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return ""
	}
	defer syscall.Close(fd)
	var data [128]byte
	n, err := syscall.Read(fd, data[:])
	if err != nil {
		return ""
	}
	return string(data[:n])
}

// later returns when a daemon that has not answered is to be taken for silent, or
// nil when it is now: when nothing else explains it, or half of the time is over.
func (r *Resolver) later(begun time.Time) <-chan time.Time {
	if time.Since(begun) >= r.total/2 || crowd(r.places.proc) == 1 {
		return nil
	}
	return time.After(hedgeAfter)
}
