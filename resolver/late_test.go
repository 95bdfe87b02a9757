package resolver

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

// slowProc gives a host processes that let nobody look at them: one more does
// every so often, or none. All do in the end.
func (h *host) slowProc(n int, every time.Duration) {
	h.t.Helper()
	var stuck []string
	for i := range n {
		path := filepath.Join(h.at.proc, fmt.Sprint(4000000+i), "stat")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			h.t.Fatal(err)
		}
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			h.t.Fatal(err)
		}
		stuck = append(stuck, path)
	}
	release := func() { // one that somebody looks at
		for i, path := range stuck {
			if f, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
				f.Close()
				stuck = append(stuck[:i:i], stuck[i+1:]...)
				return
			}
		}
	}
	end := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for every > 0 {
			select {
			case <-time.After(every):
				release()
			case <-end:
				return
			}
		}
	}()
	h.t.Cleanup(func() {
		close(end)
		<-ended
		for range n {
			release()
		}
	})
}

// stuckShim is the answer for a container whose shim does not answer.
func stuckShim() fakecontainerd.Task { return fakecontainerd.Task{After: time.Hour} }

// TestLateSurvey: the process of a container with a stuck shim is found however
// long a look at the whole host takes, as long as there is time.
func TestLateSurvey(t *testing.T) {
	pid, _ := sleeper(t)
	tests := []struct {
		name    string
		patient bool // there is time, whatever else the machine does
		prepare func(h *host)
	}{
		{"/proc hangs", false, func(h *host) {
			h.bundle("default", "web", pid)
			h.state("default", "web", pid, 0)
			h.slowProc(1, 0)
		}},
		{"/proc is slow, and shows the shim", true, func(h *host) {
			h.shim(h.bundle("default", "web", pid), "default", "web")
			h.slowProc(28, 25*time.Millisecond)
		}},
		{"/proc is slow, and containerd silent", true, func(h *host) {
			h.shim(h.bundle("default", "web", pid), "default", "web")
			h.slowProc(28, 25*time.Millisecond)
			h.server.Hang("/containerd.services.namespaces.v1.Namespaces/List")
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHost(t)
			h.server.Add("default", record("web"))
			h.server.SetTask("default", "web", stuckShim())
			test.prepare(h)
			most := 2 * time.Second
			if test.patient {
				h.config.ConnectTimeout, h.config.Timeout, most = time.Minute, time.Minute, 20*time.Second
			}
			begin := time.Now()
			got, err := target(t, h.resolver(), "web")
			if err != nil || got.Process.PID() != pid || got.Container.Spec == nil {
				t.Errorf("%+v, %v", got, err)
			}
			if took := time.Since(begin); took > most {
				t.Errorf("took %s", took)
			}
		})
	}
}

// TestNotLookedAt: that there was no time to look is no proof of anything.
func TestNotLookedAt(t *testing.T) {
	ended, end := sleeper(t)
	end()
	h := newHost(t)
	h.config.Sources = Sources()[1:]
	h.bundle("default", "web", ended)
	h.slowProc(1, 0)
	r := h.resolver()
	var stopped *StateError
	var none *NotFoundError
	if _, err := target(t, r, "web"); errors.As(err, &stopped) || !errors.Is(err, ErrLate) {
		t.Errorf("a process that has exited: %v", err)
	}
	if _, err := target(t, r, "nothing"); !errors.As(err, &none) || !errors.Is(err, ErrLate) {
		t.Errorf("what is not found: %v", err)
	}
	rows, err := r.List(t.Context())
	if len(rows) != 1 || rows[0].State != Unknown || !errors.Is(err, ErrLate) {
		t.Errorf("List: %+v, %v", rows, err)
	}
}

// TestNothingMissing: what was looked at to the end is not late.
func TestNothingMissing(t *testing.T) {
	ended, end := sleeper(t)
	end()
	h := newHost(t)
	h.config.Sources = Sources()[1:]
	h.bundle("default", "web", ended)
	var stopped *StateError
	if _, err := target(t, h.resolver(), "web"); !errors.As(err, &stopped) || errors.Is(err, ErrLate) {
		t.Errorf("a process that has exited: %v", err)
	}
	if _, err := target(t, h.resolver(), "nothing"); err == nil || errors.Is(err, ErrLate) {
		t.Errorf("what is not there: %v", err)
	}
}

// TestListEnds: a list has one deadline, however many shims hang, and says what
// it does not know.
func TestListEnds(t *testing.T) {
	const stuck, well = statesAtOnce + 6, 10
	server := fakecontainerd.Start(t)
	for i := range stuck + well {
		id := fmt.Sprintf("c%02d", i)
		server.Add("default", record(id))
		server.SetTask("default", id, stuckShim())
		if i >= stuck {
			server.SetTask("default", id, running())
		}
	}
	c := config(t, server)
	c.ConnectTimeout, c.Timeout = 0, 0
	c.Sources = []Source{SourceContainerd}
	r := newResolver(t, c)
	begin := time.Now()
	rows, err := r.List(t.Context())
	if took := time.Since(begin); took > r.total+500*time.Millisecond { // more on a crowded host
		t.Errorf("took %s", took)
	}
	if len(rows) != stuck+well {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	late := 0
	for i, row := range rows {
		if (row.State == Unknown) != (row.Err != nil) || i < stuck && row.State != Unknown || row.ID != fmt.Sprintf("c%02d", i) {
			t.Errorf("row %d: %s: %s, %v", i, row.ID, row.State, row.Err)
		}
		if errors.Is(row.Err, errRowLate) {
			late++
		}
	}
	var said int // those that were begun too late, and those that were not begun
	if err != nil {
		_, _ = fmt.Sscanf(err.Error(), "the states of %d of 80", &said) // 0 is wrong too
	}
	if said < max(late, stuck-statesAtOnce) || said > stuck {
		t.Errorf("%d rows were late, and List says %v", late, err)
	}
}

// TestOnlyWhatIsMeantIsRead: a container is found by its ID without the files of
// all others.
func TestOnlyWhatIsMeantIsRead(t *testing.T) {
	pid, _ := sleeper(t)
	h := newHost(t)
	for i := range 20 {
		h.bundle("default", fmt.Sprintf("c%02d", i), pid, fmt.Sprintf("nerdctl/name=n%02d", i))
	}
	for text, want := range map[string]int{"c07": 1, "containerd://c07": 1, "n07": 20, "c0": 20} {
		s := h.resolver().look(t.Context())
		var f finding
		f.addSurvey(s, mustParse(t, text))
		read := 0
		for _, other := range s.traces {
			if other.config.JSON != nil {
				read++
			}
		}
		if read != want || len(f.matches) == 0 {
			t.Errorf("%s: %d bundles were read, %d match", text, read, len(f.matches))
		}
	}
}

// TestNoTimeToRead: of many containers only what there is time for is read.
func TestNoTimeToRead(t *testing.T) {
	h := newHost(t)
	h.bundle("moby", "c1", 0)
	h.bundle("default", "c2", 0)
	s := h.resolver().look(t.Context())
	s.until = time.Now()
	if roots := s.dataRoots(); len(roots) != 1 || !s.in("moby")[0].unread {
		t.Errorf("Docker's: %q, and the bundle was read", roots)
	}
	if err := s.missing(); !errors.Is(err, ErrLate) {
		t.Errorf("missing: %v", err)
	}
	if c := s.those("default", "c2"); len(c) != 1 || !c[0].unread { // by missing
		t.Errorf("those: %+v", c)
	}
}
