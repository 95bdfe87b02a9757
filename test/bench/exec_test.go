package bench

import (
	"path/filepath"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// execTrue measures the main thing: exec true by full ID, on a plain container
// and on one with Docker's default seccomp profile, of both containerds.
func (w *world) execTrue(b *testing.B) {
	for _, kind := range []struct {
		title string
		flags []string
	}{
		{"exec true: a plain container, containerd 2.4", nil},
		{"exec true: with the default seccomp profile, containerd 2.4", []string{"--seccomp"}},
	} {
		c := w.plain
		if kind.flags != nil {
			c = w.container(b, w.bed, kind.flags...)
		}
		results := contest(b, w.rounds, []tool{
			nsenter(c.PID), w.exec(c.ID),
			runc("runc 1.5.2 exec", w.newest, "/run/containerd/runc/default", c.ID),
			runc("Debian's runc exec", "/usr/sbin/runc", "/run/containerd/runc/default", c.ID),
			ctrExec("ctr 2.4 task exec", filepath.Join(testbed.Cache(), "containerd-v2.4.2", "ctr"), w.bed.Address, "default", c.ID, w.bed.Dir),
		})
		s := w.add(kind.title)
		s.contestRows(results)
		for _, r := range results {
			if kind.flags == nil && r.failed == nil {
				w.bars = append(w.bars, bar{r.name, median(r.wall)})
			}
		}
		for _, r := range results[2:] {
			s.note("sidestep is %s × as fast as %s.", times(ratio(r.wall, results[1].wall)), r.name)
		}
	}

	debian := testbed.Start(b, testbed.Debian())
	c := w.container(b, debian)
	results := contest(b, w.rounds, []tool{
		nsenter(c.PID), {"sidestep exec", []string{w.sidestep, "--address", debian.Address, "exec", c.ID, "true"}},
		ctrExec("ctr 1.6 task exec", "/usr/bin/ctr", debian.Address, "default", c.ID, debian.Dir),
	})
	s := w.add("exec true: a plain container, containerd 1.6")
	s.contestRows(results)
	s.note("sidestep is %s × as fast as ctr 1.6 task exec.", times(ratio(results[2].wall, results[1].wall)))
	if results[2].failed == nil {
		w.bars = append(w.bars, bar{"ctr 1.6 task exec", median(results[2].wall)})
	}
}

// podman measures containers that no daemon knows, of both runtimes.
func (w *world) podman(b *testing.B) {
	for _, runtime := range []string{"runc", "crun"} {
		podman := testbed.StartPodman(b, runtime)
		id, pid := podman.Run(b, "--env", "PATH="+testbed.Path)
		results := contest(b, w.rounds, []tool{
			nsenter(pid), {"sidestep exec", []string{w.sidestep, "--runtime-root", podman.RuntimeRoot, "exec", id, "true"}},
			{runtime + " exec", podman.RuntimeArgs("exec", id, "true")}, {"podman exec", podman.Args("exec", id, "true")},
		})
		s := w.add("exec true: a container of podman, with " + runtime)
		s.contestRows(results)
		for _, r := range results[2:] {
			s.note("sidestep is %s × as fast as %s.", times(ratio(r.wall, results[1].wall)), r.name)
		}
	}
}

// docker measures a container of Docker, with its default confinement.
func (w *world) docker(b *testing.B) {
	bed := testbed.Start(b, testbed.Debian())
	d := bed.StartDocker(b)
	id := d.Run(b, "--name", "web", "busybox", "sleep", "86400")
	results := contest(b, w.rounds, []tool{
		nsenter(d.InitPID(b, id)),
		{"sidestep exec", []string{w.sidestep, "--address", bed.Address, "exec", id, "true"}},
		{"sidestep exec NAME", []string{"/usr/bin/env", "DOCKER_HOST=" + d.Host, w.sidestep, "--address", bed.Address, "exec", "web", "true"}},
		{"docker exec", d.Command("exec", id, "true").Args},
		ctrExec("ctr 1.6 task exec", "/usr/bin/ctr", bed.Address, "moby", id, bed.Dir),
	})
	s := w.add("exec true: a container of Docker 20.10, its default confinement")
	s.contestRows(results)
	for _, r := range results[3:] {
		s.note("sidestep is %s × as fast as %s.", times(ratio(r.wall, results[1].wall)), r.name)
	}
	w.bars = append(w.bars, bar{"docker exec", median(results[3].wall)})
	w.crowd(b, bed, d, id)
	w.terminal(b, d, id, bed.Address)
}
