package faults

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
)

// execID numbers the commands of ctr, which have to have names.
var execID atomic.Int64

// where is the command that is run in a container: it says in which one.
var where = []string{"/bin/readlink", "/proc/self/ns/mnt"}

// peers are the usual ways into the container.
func (v *victim) peers() []question {
	bed := v.world.bed
	all := []question{
		{"runc exec", func() *exec.Cmd {
			return exec.Command(bed.Runc, append([]string{"--root", filepath.Join(v.runcRoot, v.namespace), "exec", v.id}, where...)...)
		}, v.judgePeer},
		{"ctr " + strings.TrimPrefix(bed.Flavour.Name, "containerd-"), func() *exec.Cmd {
			id := fmt.Sprintf("exec-%d", execID.Add(1))
			return bed.CtrCommand(append([]string{"--namespace", v.namespace, "task", "exec",
				"--fifo-dir", filepath.Join(bed.State(), "fifo"), "--exec-id", id, v.id}, where...)...)
		}, v.judgePeer},
	}
	if v.by == "docker" {
		all = append(all, question{"docker exec", func() *exec.Cmd {
			return v.world.docker.Command(append([]string{"exec", v.id}, where...)...)
		}, v.judgePeer})
	}
	return all
}

// says are the words of peers that refuse a container for the state it is in.
var says = regexp.MustCompile(`(?i)paused|not running|is stopped|stopped container|cannot exec in a`)

func (v *victim) judgePeer(r reply) string {
	switch {
	case r.hung:
		return hangs
	case r.Code == 0 && strings.TrimSpace(r.Stdout) == v.mount:
		return works
	case says.MatchString(r.Stderr):
		return refuses
	}
	return fails
}

// askPeers asks the peers, all of them at once unless they are in each other's
// way.
func (w *world) askPeers(f fault, report func(string, string, reply)) {
	var all sync.WaitGroup
	for _, v := range w.victims {
		for _, q := range v.peers() {
			ask := func() {
				r := run(q.command(), peerTimeout)
				report(q.column, q.judge(r), r)
			}
			if f.scarce {
				ask()
			} else {
				all.Go(ask)
			}
		}
	}
	all.Wait()
}
