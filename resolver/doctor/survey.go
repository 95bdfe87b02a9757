package doctor

import (
	"context"
	"errors"
	"os"
	"slices"

	"github.com/sidestep-dev/sidestep/resolver/health"
	"github.com/sidestep-dev/sidestep/resolver/procfs"
)

// visit is a look at a containerd that is being made.
type visit struct {
	address string
	done    chan *daemon
}

func (l *looking) visit(ctx context.Context, address string) visit {
	v := visit{address: address, done: make(chan *daemon, 1)}
	deadline := l.wait()
	go func() { v.done <- lookAt(ctx, address, deadline) }()
	return v
}

// wait waits for the end of a visit, or of the time that there is for it.
func (v visit) wait(ctx context.Context) *daemon {
	select {
	case d := <-v.done:
		return d
	case <-ctx.Done():
	}
	select {
	case d := <-v.done: // the time was over because of others
		return d
	default:
		return nil
	}
}

// survey looks at the daemons and at the shims of the host: at the daemons that
// the resolver asks, and at those that only a shim names.
func (l *looking) survey(ctx context.Context) {
	addresses, err := l.Resolver.Addresses() // that there is none, each user of them says
	visits := make([]visit, len(addresses))
	for i, address := range addresses {
		visits[i] = l.visit(ctx, address)
	}
	scanning, cancel := context.WithTimeout(ctx, l.Deadline)
	defer cancel()
	if scan, err := procfs.Look(scanning, "/proc"); err == nil || len(scan.Monitors) > 0 {
		l.monitors = scan.Monitors
	}
	if len(addresses) > 0 || err != nil { // else the caller leaves containerd out
		for _, address := range l.unasked(addresses) {
			l.further = append(l.further, l.visit(ctx, address))
		}
	}
	l.collect(ctx, visits...)
}

// collect waits for visits and keeps the daemons.
func (l *looking) collect(ctx context.Context, visits ...visit) {
	ctx, cancel := context.WithTimeout(ctx, l.wait()+slack)
	defer cancel()
	for _, v := range visits {
		d := v.wait(ctx)
		if d == nil {
			silent := health.Answer{From: v.address, Took: l.Deadline, Reach: health.Silent}
			d = &daemon{address: v.address, checks: []health.Check{health.DaemonAPI(silent)}}
		}
		l.daemons = append(l.daemons, d)
	}
}

// unasked returns the sockets of the containerds that the shims of this host
// belong to, each once, without those that are asked anyway.
func (l *looking) unasked(addresses []string) []string {
	var found []string
	for _, m := range l.monitors {
		same := func(address string) bool { return sameSocket(address, m.Address) }
		if m.Address != "" && !slices.ContainsFunc(addresses, same) && !slices.Contains(found, m.Address) {
			found = append(found, m.Address)
		}
	}
	return found
}

// sameSocket reports whether two paths are of one socket: /var/run is often a
// link to /run.
func sameSocket(a, b string) bool {
	if a == b {
		return true
	}
	same, _ := within(fileDeadline, func() bool {
		one, err := os.Stat(a)
		if err != nil {
			return false
		}
		other, err := os.Stat(b)
		return err == nil && os.SameFile(one, other)
	})
	return same
}

// collectFurther waits for the daemons that only a shim names, unless the
// caller asks for another one.
func (l *looking) collectFurther(ctx context.Context) {
	if !l.Named {
		l.collect(ctx, l.further...)
		l.further = nil
	}
}

// daemonAt returns the daemon with a socket, nil when nobody looks at it.
func (l *looking) daemonAt(ctx context.Context, address string) *daemon {
	for _, d := range l.daemons {
		if sameSocket(d.address, address) {
			return d
		}
	}
	i := slices.IndexFunc(l.further, func(v visit) bool { return v.address == address })
	if i < 0 {
		return nil
	}
	l.collect(ctx, l.further[i])
	l.further = slices.Delete(l.further, i, i+1)
	return l.daemons[len(l.daemons)-1]
}

// noDaemon is the check of a containerd when there is none to look at.
func (l *looking) noDaemon() health.Check {
	_, err := l.Resolver.Addresses()
	if err == nil {
		return health.NotAsked("containerd.socket", "", "--source leaves containerd out")
	}
	return health.Check{
		ID: "containerd.socket", Status: health.Fail, Breaks: health.Daemon.Breaks, Evidence: "none is found: " + plainText(errors.Unwrap(err)),
		Advice: "is containerd installed and running? name its socket with -a SOCKET",
	}
}

// close ends the connections.
func (l *looking) close() {
	for _, d := range l.daemons {
		d.close()
	}
	for _, v := range l.further { // nobody has waited for it
		go func() { (<-v.done).close() }()
	}
}
