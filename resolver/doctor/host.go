package doctor

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/bundle"
	"github.com/sidestep-dev/sidestep/resolver/health"
	"github.com/sidestep-dev/sidestep/resolver/procfs"
)

// Host looks at all daemons, shims and runtimes of the host, and at what they
// need of it.
func Host(ctx context.Context, config Config) *Report {
	began := time.Now()
	l := newLook(config)
	defer l.close()
	l.survey(ctx)
	l.collectFurther(ctx)
	report := &Report{}
	for _, d := range l.daemons {
		report.Checks = append(report.Checks, d.checks...)
	}
	if _, err := l.Resolver.Addresses(); err != nil && len(l.daemons) == 0 {
		report.Checks = append(report.Checks, l.noDaemon())
	}
	l.markFatal(report.Checks)
	made := run(
		probe{"docker.api", l.Deadline, health.Daemon.Breaks, l.askDocker},
		probe{"shim.socket", l.Deadline, health.Shim.Breaks, func() seen { return l.shims(ctx) }},
		probe{"disk.space", l.Deadline, health.Daemon.Breaks, func() seen { return checks(disks(l.Deadline, l.places())...) }},
		probe{"runtime.binary", l.rest(), health.Shim.Breaks, l.runtimes},
		probe{"host.pids", l.Deadline, health.Daemon.Breaks, supplies},
	)
	report.Checks = append(report.Checks, made.checks...)
	name, _ := os.Hostname()
	report.About = fmt.Sprintf("host %s: %s, %s", name, count(len(l.daemons), "containerd"), count(l.countShims(), "shim"))
	report.Took = time.Since(began)
	return report
}

// markFatal makes the failures of the daemons those of the host, when none of
// them can start a container.
func (l *looking) markFatal(all []health.Check) {
	if slices.ContainsFunc(l.daemons, (*daemon).answers) {
		return
	}
	for i := range all {
		all[i].Fatal = slices.Contains(all[i].Breaks, health.Create)
	}
}

func (l *looking) countShims() int {
	n := 0
	for _, m := range l.monitors {
		if l.meant(m) {
			n++
		}
	}
	return n
}

// meant reports whether a monitor belongs to what the caller asks for: the
// shims of other daemons than the one that was named do not.
func (l *looking) meant(m procfs.Monitor) bool {
	if !m.Shim() {
		return false
	}
	addresses, err := l.Resolver.Addresses()
	return err != nil || !l.Named || slices.Contains(addresses, m.Address)
}

// shimsAtOnce is how many shims are asked at the same time.
const shimsAtOnce = 256

// shims asks every shim of the host for the task that it was started for, all
// at the same time: those that hang take one deadline together. Those that
// answer have one check in common.
func (l *looking) shims(ctx context.Context) seen {
	var mu sync.Mutex
	var failed []health.Check
	all, answered := 0, 0
	var slowest time.Duration
	places := make(chan struct{}, shimsAtOnce)
	var asking sync.WaitGroup
	for _, m := range l.monitors {
		if !l.meant(m) {
			continue
		}
		all++
		places <- struct{}{}
		asking.Go(func() {
			defer func() { <-places }()
			broken, took := l.oneShim(ctx, m)
			mu.Lock()
			defer mu.Unlock()
			failed = append(failed, broken...)
			if len(broken) == 0 {
				answered, slowest = answered+1, max(slowest, took)
			}
		})
	}
	asking.Wait()
	slices.SortStableFunc(failed, func(a, b health.Check) int { return strings.Compare(a.Container, b.Container) })
	if all == 0 {
		return seen{}
	}
	together := health.Shims(answered, all)
	together.Took = slowest
	return checks(append(failed, together)...)
}

// oneShim looks at a shim and returns the checks that are not OK.
func (l *looking) oneShim(ctx context.Context, m procfs.Monitor) (broken []health.Check, took time.Duration) {
	looked := []health.Check{health.Shim.Runs(processOf(m.PID))}
	looked = append(looked, left("shim.fds", m.PID, health.Shim.Breaks)...)
	if dir, removed := strings.CutSuffix(m.Bundle, " (deleted)"); removed { // as readlink(2) of /proc/PID/cwd says it
		looked = append(looked, health.BundleState{Dir: dir, Missing: true}.Whole())
	} else if b, ok := bundle.At(dir); ok {
		c := chain{bundle: b, monitor: &m}
		c.container.ID, c.container.Namespace = m.ID, m.Namespace
		state := l.askShim(ctx, c)
		state.Ill = looked[0].Status == health.Fail
		took = state.Took
		if state.Missing { // the first container of a pod may have ended before the others
			state.Missing, state.Says = false, "answers"
		}
		looked = append(looked, state.Socket())
	}
	for _, check := range looked {
		if check.Status != health.OK {
			check.Container = m.Namespace + "/" + m.ID
			broken = append(broken, check)
		}
	}
	return broken, took
}

// runtimes looks at each OCI runtime that the shims call, or the daemons would.
func (l *looking) runtimes() seen {
	type call struct {
		name string
		root string
	}
	callers := map[call]int{}
	for _, d := range l.daemons {
		if d.pid > 0 {
			callers[call{"runc", rootOf(d.pid)}] = d.pid
		}
	}
	for _, m := range l.monitors {
		if !l.meant(m) {
			continue
		}
		b, _ := bundle.At(m.Bundle)
		c := chain{bundle: b, monitor: &m}
		if name, ok := c.runtime(); ok {
			callers[call{name, rootOf(m.PID)}] = m.PID
		}
	}
	var mu sync.Mutex
	var s seen
	var all sync.WaitGroup
	for what, caller := range callers {
		all.Go(func() {
			b := binary(what.name, caller, l.rest())
			b.Fatal = true
			mu.Lock()
			defer mu.Unlock()
			s.checks = append(s.checks, b.Runs())
		})
	}
	all.Wait()
	slices.SortFunc(s.checks, func(a, b health.Check) int { return strings.Compare(a.Subject, b.Subject) })
	return s
}

// places returns the directories in which the daemons and their shims write.
func (l *looking) places() []place {
	uses := []health.Use{health.Exec, health.Create}
	places := []place{{dir: "/run", holds: "states and sockets", breaks: uses, fatal: true}}
	states := map[string]bool{}
	for _, m := range l.monitors {
		b, ok := bundle.At(m.Bundle)
		if !l.meant(m) || !ok || states[b.StateOf()] {
			continue
		}
		states[b.StateOf()] = true
		places = append(places, place{dir: b.StateOf(), holds: "bundles", breaks: uses, fatal: true})
		if root := rootOfDaemon(b); root != "" {
			places = append(places, place{dir: root, holds: "images and snapshots", breaks: []health.Use{health.Create}, fatal: true})
		}
	}
	for _, dir := range []string{"/var/lib/containerd", "/var/lib/docker", "/var/lib/rancher", "/var/lib/kubelet"} {
		places = append(places, place{dir: dir, holds: "images, snapshots and volumes", breaks: []health.Use{health.Create}, fatal: true})
	}
	return places
}
