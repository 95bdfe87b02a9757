package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/resolver/health"
	"github.com/sidestep-dev/sidestep/resolver/shim"
)

// dockerNamespace is containerd's namespace for Docker's containers.
const dockerNamespace = "moby"

// silence says why a daemon is asked nothing more.
const silence = "containerd does not answer"

// metadata asks containerd for its record of the container.
func (l *looking) metadata(ctx context.Context, d *daemon, c chain) seen {
	if !c.byShim() || d == nil {
		return seen{}
	}
	if !d.answers() {
		return checks(health.NotAsked("containerd.metadata", "", silence))
	}
	ctx, cancel := context.WithTimeout(ctx, l.wait())
	defer cancel()
	began := time.Now()
	record, err := d.client.Get(ctx, c.container.Namespace, c.container.ID)
	r := health.Record{Life: c.life, ByDocker: c.container.Namespace == dockerNamespace}
	r.Took = time.Since(began)
	if r.Missing = errors.Is(err, containerd.ErrNotFound); !r.Missing {
		r.Answer = ofDaemon(r.Answer, err)
	}
	if err == nil {
		r.Says = fmt.Sprintf("has the record, made %s", record.Created.Local().Format(time.DateTime))
	}
	return checks(r.Metadata())
}

// task asks containerd for the container's process.
func (l *looking) task(ctx context.Context, d *daemon, c chain) seen {
	if !c.byShim() || d == nil {
		return seen{}
	}
	if !d.answers() {
		return checks(health.NotAsked("containerd.task", "", silence))
	}
	ctx, cancel := context.WithTimeout(ctx, l.wait())
	defer cancel()
	t := health.TaskState{Life: c.life}
	began := time.Now()
	task, err := d.client.Task(ctx, c.container.Namespace, c.container.ID)
	t.Took = time.Since(began)
	if t.Missing = errors.Is(err, containerd.ErrNotFound); !t.Missing {
		t.Answer = ofDaemon(t.Answer, err)
	}
	t.PID, t.Status = task.PID, string(task.Status)
	if task.Status == containerd.Stopped {
		t.Stopped, t.PID = true, 0
	}
	return checks(t.Task()).named("containerd", t.PID)
}

// docker asks Docker's daemon whether it is there, for one of its containers.
func (l *looking) docker(c chain) seen {
	if c.container.Namespace != dockerNamespace {
		return seen{}
	}
	return l.askDocker()
}

// askDocker asks the first Docker daemon that has a socket.
func (l *looking) askDocker() seen {
	for _, address := range l.Resolver.DockerSockets() {
		if _, err := os.Stat(address); err != nil {
			continue
		}
		listener, answer := ping(address, l.wait())
		s := checks(health.Docker(answer))
		if listener <= 1 { // systemd, which listens for it
			return s
		}
		if p := processOf(listener); p.State == 'T' || p.State == 't' || p.State == 'D' {
			process := health.Daemon.Runs(p)
			process.ID = "docker.process"
			s.checks = append([]health.Check{process}, s.checks...)
		}
		return s
	}
	return seen{}
}

// monitor looks at the process of the container's shim, or of its conmon.
func (l *looking) monitor(ctx context.Context, c chain) seen {
	switch {
	case c.monitor == nil && (!c.byShim() || c.init == 0):
		return seen{} // nobody looks after what does not run
	case c.monitor == nil:
		return checks(l.unbelieved(ctx, c))
	case !c.byShim():
		return checks(health.Conmon.Runs(processOf(c.monitor.PID)))
	}
	s := checks(health.Shim.Runs(processOf(c.monitor.PID)))
	s.checks = append(s.checks, left("shim.fds", c.monitor.PID, health.Shim.Breaks)...)
	return s
}

// shim asks the container's shim for the container's process.
func (l *looking) shim(ctx context.Context, c chain) seen {
	switch {
	case !c.byShim() || !c.runs():
		return seen{}
	case c.bundle.Dir == "":
		return checks(health.NotAsked("shim.socket", "", "its bundle, which says where it listens, is not there"))
	}
	state := l.askShim(ctx, c)
	state.Ill = c.monitor == nil || health.Shim.Runs(look(c.monitor.PID)).Status == health.Fail
	return checks(state.Socket()).named("the shim", state.PID)
}

func (l *looking) askShim(ctx context.Context, c chain) health.ShimState {
	var s health.ShimState
	if c.monitor != nil {
		s.Asked = c.monitor.PID
	}
	address, err := shim.ReadAddress(c.bundle.Dir)
	if err != nil {
		s.Answer = ofShim(health.Answer{From: filepath.Join(c.bundle.Dir, "address")}, err)
		return s
	}
	ctx, cancel := context.WithTimeout(ctx, l.wait())
	defer cancel()
	began := time.Now()
	task, err := shim.Ask(ctx, address, c.container.Namespace, c.container.ID)
	s.From, s.Took = address.Socket, time.Since(began)
	if s.Missing = errors.Is(err, shim.ErrNotFound); !s.Missing {
		s.Answer = ofShim(s.Answer, err)
	}
	s.PID, s.Status = task.PID, string(task.Status)
	return s
}

// runtimeBinary looks at the program of the container's runtime.
func (l *looking) runtimeBinary(d *daemon, c chain) seen {
	name, ok := c.runtime()
	if !ok {
		return seen{}
	}
	caller := os.Getpid() // whose PATH is as good as any, when the shim and containerd are gone
	switch {
	case c.monitor != nil:
		caller = c.monitor.PID
	case d != nil && d.pid > 0:
		caller = d.pid
	}
	return checks(binary(name, caller, l.rest()).Runs())
}
