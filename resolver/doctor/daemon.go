package doctor

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/resolver/health"
)

// daemon is a containerd that is looked at.
type daemon struct {
	address string
	pid     int                // of the process that listens there; 0: not known
	ill     bool               // that process does not run
	client  *containerd.Client // nil unless it answers
	checks  []health.Check
}

// answers reports whether it can be asked more.
func (d *daemon) answers() bool { return d.client != nil }

func (d *daemon) close() {
	if d.client != nil {
		d.client.Close()
	}
}

// lookAt looks at the containerd behind a socket: whether somebody listens
// there, who, and whether they answer.
func lookAt(ctx context.Context, address string, deadline time.Duration) *daemon {
	d := &daemon{address: address}
	listener, socket := connect(address, deadline)
	d.pid = listener
	check := health.DaemonSocket(socket)
	if socket.Reach == health.NoOne || socket.Reach == health.NoSocket {
		if pid := daemonWithoutSocket(); pid > 0 {
			check.Evidence += fmt.Sprintf("; a containerd runs, PID %d: it may wait for its database", pid)
			check.Advice = fmt.Sprintf("see its log (journalctl -u containerd) and what it waits for: who else has its database open? cat /proc/%d/stack", pid)
			d.pid = pid
		}
	}
	d.checks = append(d.checks, check)
	if d.pid > 0 {
		process := health.Daemon.Runs(processOf(d.pid))
		d.ill = process.Status == health.Fail
		d.checks = append(d.checks, process)
		d.checks = append(d.checks, left("containerd.fds", d.pid, []health.Use{health.Exec, health.Stop, health.Create})...)
	}
	if socket.Reach != health.Answered {
		return d
	}
	d.checks = append(d.checks, d.askAPI(ctx, deadline-socket.Took))
	return d
}

// askAPI connects as a client does, and asks for version and namespaces: the
// former needs nothing, the latter the database.
func (d *daemon) askAPI(ctx context.Context, deadline time.Duration) health.Check {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	began := time.Now()
	answer := health.Answer{From: d.address, Asked: d.pid, Ill: d.ill}
	client, err := containerd.Dial(ctx, d.address, containerd.Deadlines{Connect: deadline, Call: deadline})
	var version string
	if err == nil {
		if version, err = client.Version(ctx); err != nil {
			client.Close()
		}
	}
	if err != nil {
		answer.Took = time.Since(began)
		return health.DaemonAPI(ofDaemon(answer, err))
	}
	d.client = client
	namespaces, err := client.Namespaces(ctx)
	answer.Took = time.Since(began)
	if err != nil {
		answer = ofDaemon(answer, err)
		check := health.Record{Answer: answer}.Metadata()
		check.ID = "containerd.api"
		check.Evidence = fmt.Sprintf("is containerd %s and does not name its namespaces: its database does not answer", number(version))
		return check
	}
	answer.Says = fmt.Sprintf("is containerd %s with %s", number(version), count(len(namespaces), "namespace"))
	return health.DaemonAPI(answer)
}

// number returns a version without what comes before and after its numbers:
// "2.4.2" of "v2.4.2+unknown".
func number(version string) string {
	version, _, _ = strings.Cut(strings.TrimPrefix(version, "v"), "+")
	return version
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// daemonWithoutSocket returns the PID of a containerd that listens on no
// socket of the file system: one that has not come up.
func daemonWithoutSocket() int {
	comms, _ := filepath.Glob("/proc/[0-9]*/comm")
	for _, file := range comms {
		comm, err := os.ReadFile(file)
		if err != nil || strings.TrimSpace(string(comm)) != "containerd" {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err == nil && !hasSocket(pid) {
			return pid
		}
	}
	return 0
}

// hasSocket reports whether a process has a socket open.
func hasSocket(pid int) bool {
	fds, _ := filepath.Glob(procPath(pid, "fd/*"))
	for _, fd := range fds {
		if link, err := os.Readlink(fd); err == nil && strings.HasPrefix(link, "socket:") {
			return true
		}
	}
	return false
}
