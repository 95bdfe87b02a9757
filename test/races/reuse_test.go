package races

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	containersapi "github.com/containerd/containerd/api/services/containers/v1"
	"github.com/containerd/containerd/api/types/task"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
	"github.com/sidestep-dev/sidestep/test/testbed"
)

// iterations is how often each race is run: SIDESTEP_ITERATIONS, or a number
// that takes a minute or two for all.
var iterations = func() int {
	if n, err := strconv.Atoi(os.Getenv("SIDESTEP_ITERATIONS")); err == nil {
		return n
	}
	return 200
}()

// workers run the iterations of a race: as many at once keep both the command
// and what races with it on a processor.
const workers = 4

// spec is that of the victims: they fit it, and so do those that get their PID.
const spec = `{"ociVersion":"1.0.2","process":{"cwd":"/","args":["sleep"],"user":{},"env":["PATH=/usr/bin:/bin"]},
	"linux":{"namespaces":[{"type":"pid"},{"type":"uts"},{"type":"mount"},{"type":"ipc"}]}}`

// race is one kind of race, in which a daemon says which process a container
// is and something happens to that process.
type race struct {
	binary string
	runs   atomic.Int64 // commands that ran
	gone   atomic.Int64 // commands that were refused since the process was gone
	reused atomic.Int64 // how often another process had the PID before sidestep ended
}

// run runs the race: each asks about a new victim, with a daemon that answers
// as tasks wants.
func (r *race) run(t *testing.T, tasks func(*victim, *attempt) fakecontainerd.Task) {
	t.Helper()
	r.binary = testbed.Binary(t)
	var next atomic.Int64
	var all sync.WaitGroup
	for range workers {
		daemon := fakecontainerd.Start(t)
		daemon.Add("default", &containersapi.Container{
			ID: "victim", Spec: &anypb.Any{Value: []byte(spec)}, CreatedAt: timestamppb.New(time.Unix(1700000000, 0)),
			Runtime: &containersapi.Container_Runtime{Name: "io.containerd.runc.v2"},
		})
		all.Go(func() {
			// So long that three in ten commands run: most of what happens has to
			// happen before they have ended, which takes some milliseconds itself.
			entry := 20 * time.Millisecond
			for next.Add(1) <= int64(iterations) && !t.Failed() {
				v := newVictim(t)
				a := &attempt{t: t, victim: v, entry: entry}
				daemon.SetTask("default", "victim", tasks(v, a))
				if r.try(t, daemon, a) {
					entry -= entry / 4
				} else {
					entry += entry / 8
				}
				a.end()
			}
		})
	}
	all.Wait()
	t.Logf("of %d: %d ran, %d were refused; the PID was used again %d times", iterations, r.runs.Load(), r.gone.Load(), r.reused.Load())
}

// try runs a command, which prints where it is, and reports whether it ran.
func (r *race) try(t *testing.T, daemon *fakecontainerd.Server, a *attempt) (ran bool) {
	t.Helper()
	cmd := exec.Command(r.binary, "--address", daemon.Address, "exec", "victim", "/bin/busybox", "readlink", "/proc/self/ns/uts")
	result := testbed.Run(t, cmd)
	if a.replaced() {
		r.reused.Add(1)
	}
	where := strings.TrimSpace(result.Stdout)
	switch {
	case where != "" && where != a.victim.uts:
		t.Errorf("the command ran in %s, and not in the container, %s", where, a.victim.uts)
	case result.Code == 0 && where != "", result.Code == 137: // killed with the PID namespace of its container
		r.runs.Add(1)
		return true
	case result.Code == 125 && says(result.Stderr, "gone", "went away", "stopped"):
		r.gone.Add(1)
	default:
		t.Errorf("exit code %d, stdout %q, stderr %q", result.Code, result.Stdout, result.Stderr)
	}
	return false
}

// says reports whether a message is one error, with one of the texts, and one
// hint.
func says(stderr string, texts ...string) bool {
	first, rest, _ := strings.Cut(stderr, "\n")
	said := slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(first, text) })
	return strings.HasPrefix(first, "sidestep: error: ") && strings.HasPrefix(rest, "sidestep: hint: ") && said
}

// attempt is one victim and who got its PID.
type attempt struct {
	t      *testing.T
	victim *victim
	mu     sync.Mutex
	decoy  *victim
	late   sync.WaitGroup // what is still to happen to the victim
	entry  time.Duration  // within which what happens later happens
}

// replace lets the victim die and another process have its PID.
func (a *attempt) replace() {
	decoy := a.victim.replace(a.t)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.decoy = decoy
}

// renew makes the victim the younger one that has its PID.
func (a *attempt) renew() {
	if young := a.victim.replace(a.t); young != nil {
		a.victim = young
	}
}

// later does something to the victim at some moment of an entry, or shortly
// after it.
func (a *attempt) later(do func()) {
	a.late.Go(func() {
		time.Sleep(rand.N(a.entry))
		do()
	})
}

func (a *attempt) replaced() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.decoy != nil
}

func (a *attempt) end() {
	a.late.Wait()
	if a.decoy != nil {
		a.decoy.bury()
	}
	a.victim.bury()
}

func running(v *victim) fakecontainerd.Task {
	return fakecontainerd.Task{PID: uint32(v.pid()), Status: task.Status_RUNNING}
}

// TestReusedBeforeThePin: the PID is another container's when sidestep learns
// it. The daemon knows better when it is asked again.
func TestReusedBeforeThePin(t *testing.T) {
	r := &race{}
	r.run(t, func(v *victim, a *attempt) fakecontainerd.Task {
		first := running(v)
		first.Do = a.replace
		first.Then = &fakecontainerd.Task{Status: task.Status_STOPPED}
		return first
	})
	r.expect(t, 0)
}

// TestReusedAfterThePin: the process dies when sidestep holds it, and the
// daemon has not noticed. The process is as young as the question, so the daemon
// is asked again.
func TestReusedAfterThePin(t *testing.T) {
	r := &race{}
	r.run(t, func(v *victim, a *attempt) fakecontainerd.Task {
		first, second := running(v), running(v)
		first.Do = a.renew
		second.Do = a.replace
		first.Then = &second
		return first
	})
	r.expect(t, 0)
}

// TestReusedWhileItEnters: the process dies at any moment after the question,
// while it is pinned, facts are read, namespaces joined, the command started.
func TestReusedWhileItEnters(t *testing.T) {
	r := &race{}
	r.run(t, func(v *victim, a *attempt) fakecontainerd.Task {
		first := running(v)
		first.Do = func() { a.later(a.replace) }
		first.Then = &fakecontainerd.Task{Status: task.Status_STOPPED}
		return first
	})
	r.expect(t, int64(iterations))
	r.expectBoth(t)
}

// TestZombie: the process dies at any moment, and nobody waits for it.
func TestZombie(t *testing.T) {
	r := &race{}
	r.run(t, func(v *victim, a *attempt) fakecontainerd.Task {
		first, second := running(v), running(v)
		first.Do = func() { a.later(v.kill) }
		first.Then = &second
		return first
	})
	r.expectBoth(t)
}

// expectBoth checks that some died in time and others did not: the moments
// were spread over the whole entry.
func (r *race) expectBoth(t *testing.T) {
	t.Helper()
	if few := int64(iterations / 100); r.runs.Load() < few || r.gone.Load() < few {
		t.Errorf("%d commands ran and %d were refused, want many of both", r.runs.Load(), r.gone.Load())
	}
}

// expect checks that the race took place: at most so many commands ran, and
// the PID was most often another process's meanwhile.
func (r *race) expect(t *testing.T, runs int64) {
	t.Helper()
	if r.runs.Load() > runs || r.gone.Load() == 0 {
		t.Errorf("%d commands ran and %d were refused, want at most %d to run", r.runs.Load(), r.gone.Load(), runs)
	}
	if r.reused.Load() < int64(iterations)/8 {
		t.Errorf("the PID was used again only %d times of %d", r.reused.Load(), iterations)
	}
}
