package resolver

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/containerd/containerd/api/types/task"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

// TestSilentDaemon: what a container has left is believed when its containerd
// does not answer.
func TestSilentDaemon(t *testing.T) {
	h := silentHost(t)
	pid, _ := sleeper(t)
	h.bundle("default", "web", pid, "nerdctl/name=front")
	h.state("default", "web", pid, 0)
	r := h.resolver()
	for _, text := range []string{"web", "we", "front", "containerd://web"} {
		begin := time.Now()
		got, err := target(t, r, text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got.Process.PID() != pid || got.Kind != SourceRuntime || got.State != Running || got.Container.Spec == nil ||
			got.Container.Name != "front" || got.Container.Namespace != "default" || got.SpecFrom != "the config.json of its bundle" ||
			!strings.Contains(got.Notice, "did not answer in") || !strings.Contains(got.Notice, "found PID") {
			t.Errorf("%s: %+v", text, got)
		}
		if len(got.Others) == 0 || got.Others[0].Source != SourceContainerd || !slices.Contains(got.Evidence, "the start time that the runtime has recorded") {
			t.Errorf("%s: evidence %q, others %v", text, got.Evidence, got.Others)
		}
		if took := time.Since(begin); took > 1700*time.Millisecond {
			t.Errorf("%s: took %s", text, took)
		}
	}
	if _, err := target(t, r, "nothing"); err == nil {
		t.Error("something was found for nothing")
	}
}

// TestUnknownName: a name that no container of this host has is not found, also
// when containerd cannot be asked. Where there is no container at all, that is
// what is wrong.
func TestUnknownName(t *testing.T) {
	hosts := map[string]func(t *testing.T) *host{
		"containerd hangs": silentHost,
		"its socket is gone": func(t *testing.T) *host {
			h := newHost(t)
			h.config.Addresses = nil
			if err := os.Remove(filepath.Join(h.at.root, "run/containerd/containerd.sock")); err != nil {
				t.Fatal(err)
			}
			return h
		},
	}
	for name, prepare := range hosts {
		t.Run(name, func(t *testing.T) {
			h := prepare(t)
			var none *NotFoundError
			var connect *ConnectError
			_, err := target(t, h.resolver(), "nothing")
			if errors.As(err, &none) || !errors.As(err, &connect) {
				t.Errorf("no container: %v", err)
			}
			h.bundle("default", "web", 0)
			_, err = target(t, h.resolver(), "nothing")
			if !errors.As(err, &none) || !errors.As(err, &connect) || !strings.Contains(err.Error(), "the files and processes of 1 container on this host; could not search containerd at") {
				t.Errorf("another container: %v", err)
			}
		})
	}
}

// TestClaims: what is believed of one container, and what is not. The PIDs are
// those of two processes of the test's, "one" and "two", and of one that has
// exited, "ended".
func TestClaims(t *testing.T) {
	one, _ := sleeper(t)
	two, _ := sleeper(t)
	ended, end := sleeper(t)
	end()
	tests := []struct {
		name    string
		prepare func(h *host)
		want    int
		refused string
	}{
		{"the state's start time", func(h *host) { h.bundle("default", "web", 0); h.state("default", "web", one, 0) }, one, ""},
		{"the child of its shim", func(h *host) { h.shim(h.bundle("default", "web", one), "default", "web") }, one, ""},
		{"both", func(h *host) {
			h.shim(h.bundle("default", "web", one), "default", "web")
			h.state("default", "web", one, 0)
		}, one, ""},
		{"nothing but a number", func(h *host) { h.bundle("default", "web", one) }, 0, "nothing shows that process"},
		{"the start time of another process", func(h *host) { h.bundle("default", "web", 0); h.state("default", "web", one, 1) }, 0, "is another one: it started"},
		{"a number that was used again", func(h *host) { h.bundle("default", "web", one); h.state("default", "web", one, 1) }, 0, "is another one: it started"},
		{"the child of another's shim", func(h *host) {
			h.bundle("default", "web", one)
			h.shim(h.bundle("default", "other", two), "default", "other")
		}, 0, "nothing shows that process"},
		{"two that look right", func(h *host) {
			h.shim(h.bundle("default", "web", one), "default", "web")
			h.state("default", "web", two, 0)
		}, 0, "two processes look like that"},
		{"one that is stale", func(h *host) { h.bundle("default", "web", ended); h.state("default", "web", one, 0) }, one, ""},
		{"all that is stale", func(h *host) { h.bundle("default", "web", ended) }, 0, "is stopped: process"},
		{"another PID namespace than the spec's", func(h *host) {
			h.bundle("default", "web", 0)
			h.write("run/containerd/io.containerd.runtime.v2.task/default/web/config.json",
				`{"ociVersion":"1.1.0","linux":{"namespaces":[{"type":"pid","path":"/dev/null"}]}}`)
			h.state("default", "web", one, 0)
		}, 0, "not in the PID namespace"},
		{"no PID at all", func(h *host) { h.bundle("default", "web", 0) }, 0, "is unknown"},
		{"a PID that is none", func(h *host) {
			h.write("run/containerd/io.containerd.runtime.v2.task/default/web/init.pid", "x")
			h.bundle("default", "web", 0)
		}, 0, `"x" is no PID`},
		{"a state that is truncated", func(h *host) {
			h.bundle("default", "web", 0)
			h.write("run/containerd/runc/default/web/state.json", `{"id":"web","init_pro`)
		}, 0, "unexpected end of JSON"},
		{"a PID that anybody could have written", func(h *host) {
			dir := h.bundle("default", "web", one)
			h.shim(dir, "default", "web")
			if err := os.Chmod(filepath.Join(dir, "init.pid"), 0o666); err != nil {
				h.t.Fatal(err)
			}
		}, 0, "others than root can write to it"},
		{"a container that was not started", func(h *host) {
			h.bundle("default", "web", 0)
			h.state("default", "web", one, 0)
			h.write("run/containerd/runc/default/web/exec.fifo", "")
		}, 0, "created, but not started"},
		{"the init of another PID namespace", func(h *host) {
			h.bundle("default", "web", 0)
			h.write("run/containerd/io.containerd.runtime.v2.task/default/web/config.json", `{"ociVersion":"1.1.0",`+strings.TrimPrefix(notFitting, "{"))
			h.state("default", "web", one, 0)
		}, 0, "not the init of a PID namespace"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHost(t)
			h.config.Sources = Sources()[1:]
			test.prepare(h)
			got, err := target(t, h.resolver(), "web")
			if test.want == 0 {
				if err == nil || !strings.Contains(err.Error(), test.refused) {
					t.Errorf("%v, want %q", err, test.refused)
				}
				return
			}
			if err != nil || got.Process.PID() != test.want || got.Notice != "" {
				t.Errorf("%+v, %v, want PID %d", got, err, test.want)
			}
			if calls := h.server.Calls(); len(calls) > 0 {
				t.Errorf("containerd was asked: %q", calls)
			}
		})
	}
}

// TestNamedAgain: what a source names after the process was pinned has to be
// the same.
func TestNamedAgain(t *testing.T) {
	one, _ := sleeper(t)
	two, _ := sleeper(t)
	h := newHost(t)
	dir := h.bundle("default", "web", one)
	h.shim(dir, "default", "web")
	s := h.resolver().look(t.Context())
	web := s.find(h.server.Address, "default", "web")
	c := web.candidate()
	container, err := c.withSpec()
	if err != nil {
		t.Fatal(err)
	}
	first, err := web.claim(t.Context(), SourceBundle, container.Spec)
	if err != nil || first.pid != one {
		t.Fatalf("claim: %+v, %v", first, err)
	}
	h.bundle("default", "web", two)
	if b, err := web.verify(t.Context(), first, container.Spec); b != nil || err == nil || !strings.Contains(err.Error(), "the container's process is now") {
		t.Errorf("verify: %+v, %v", b, err)
	}
}

// TestDaemonThatKnowsNoProcess: containerd has the record, and names no PID.
func TestDaemonThatKnowsNoProcess(t *testing.T) {
	pid, _ := sleeper(t)
	tests := []struct {
		name   string
		task   *fakecontainerd.Task
		notice string
	}{
		{"the shim does not answer", &fakecontainerd.Task{After: time.Hour}, "did not answer in"},
		{"PID 0", &fakecontainerd.Task{Status: task.Status_UNKNOWN}, "named no process in"},
		{"PID 0, later", &fakecontainerd.Task{Status: task.Status_UNKNOWN, After: 130 * time.Millisecond}, "named no process in"},
		{"an error", &fakecontainerd.Task{Err: errors.New("ttrpc: closed")}, "ttrpc: closed"},
		{"no task", nil, "containerd has no task of it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHost(t)
			h.server.Add("default", record("web"))
			if test.task != nil {
				h.server.SetTask("default", "web", *test.task)
			}
			h.bundle("default", "web", pid)
			h.state("default", "web", pid, 0)
			begin := time.Now()
			got, err := target(t, h.resolver(), "web")
			if err != nil || got.Process.PID() != pid || got.Kind != SourceRuntime || !strings.Contains(got.Notice, test.notice) ||
				got.SpecFrom != "containerd at "+h.server.Address {
				t.Errorf("%+v, %v", got, err)
			}
			if took := time.Since(begin); took > 1700*time.Millisecond {
				t.Errorf("took %s", took)
			}
		})
	}
}

// TestDaemonIsPreferred: what containerd says counts, as soon as it says it.
func TestDaemonIsPreferred(t *testing.T) {
	pid, _ := sleeper(t)
	other, _ := sleeper(t)
	tests := []struct {
		name string
		task fakecontainerd.Task
		want string
	}{
		{"at once", fakecontainerd.Task{PID: uint32(pid), Status: task.Status_RUNNING}, ""},
		{"while the files are looked at", fakecontainerd.Task{
			PID: uint32(pid), Status: task.Status_RUNNING, After: 130 * time.Millisecond, Then: &fakecontainerd.Task{PID: uint32(pid), Status: task.Status_RUNNING},
		}, ""},
		{"that it is stopped", fakecontainerd.Task{PID: uint32(pid), Status: task.Status_STOPPED}, "is stopped"},
		{"that it is created", fakecontainerd.Task{PID: uint32(pid), Status: task.Status_CREATED}, "created, but not started"},
	}
	for _, test := range tests {
		h := newHost(t)
		h.server.Add("default", record("web"))
		h.server.SetTask("default", "web", test.task)
		h.bundle("default", "web", other)
		h.state("default", "web", other, 0)
		got, err := target(t, h.resolver(), "web")
		switch {
		case test.want != "":
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: %v", test.name, err)
			}
		case err != nil || got.Process.PID() != pid || got.Kind != SourceContainerd || got.Notice != "":
			t.Errorf("%s: %+v, %v", test.name, got, err)
		}
	}
}

// TestHealthyPathReadsNoFiles: nobody looks at files and processes while
// containerd answers.
func TestHealthyPathReadsNoFiles(t *testing.T) {
	h := newHost(t)
	h.server.Add("default", record("web"))
	h.server.SetTask("default", "web", running())
	r := h.resolver()
	look := func() *survey {
		t.Error("the files and processes were looked at")
		return &survey{}
	}
	for _, text := range []string{"web", "we"} {
		c, err := r.resolve(t.Context(), mustParse(t, text), look)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.pin(t.Context(), &c, look)
		if err != nil {
			t.Fatal(err)
		}
		got.Close()
	}
}

// TestOneSourceOnly: what is not named is not asked.
func TestOneSourceOnly(t *testing.T) {
	pid, _ := sleeper(t)
	h := newHost(t)
	h.server.Add("default", record("web"))
	h.bundle("default", "web", pid)
	h.state("default", "web", pid, 0)
	h.config.Sources = []Source{SourceContainerd}
	var none *StateError
	if _, err := target(t, h.resolver(), "web"); !errors.As(err, &none) || none.State != NoTask {
		t.Errorf("containerd alone: %v", err)
	}
	h.config.Sources = []Source{SourceRuntime, SourceContainerd}
	got, err := target(t, h.resolver(), "web")
	if err != nil || got.Process.PID() != pid || got.Notice != "" {
		t.Errorf("the runtime first: %+v, %v", got, err)
	}
}

func TestParseSources(t *testing.T) {
	got, err := ParseSources("proc, bundle,proc")
	if err != nil || !slices.Equal(got, []Source{SourceProc, SourceBundle}) {
		t.Errorf("%q, %v", got, err)
	}
	for _, bad := range []string{"", "docker", "proc,,bundle"} {
		if _, err := ParseSources(bad); err == nil || !strings.Contains(err.Error(), "containerd, shim, bundle, runtime, proc") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestChildOfInit: a process in the container's own cgroup is not its init for
// that.
func TestChildOfInit(t *testing.T) {
	p, err := proc.Pin(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	cgroups, err := p.Cgroups()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(cgroups, func(m proc.Membership) bool { return len(components(m.Path)) > 0 })
	if i < 0 {
		t.Skip("this test runs in no cgroup of its own")
	}
	record := containerdRecord("default", "web", `{"linux":{"cgroupsPath":"`+cgroups[i].Path+`","namespaces":[{"type":"pid"}]}}`)
	spec, err := record.Spec()
	if err != nil {
		t.Fatal(err)
	}
	web := &trace{id: "web", namespace: "default"}
	b, err := web.verify(t.Context(), claim{source: SourceBundle, pid: os.Getpid()}, spec)
	if b != nil || err == nil || !strings.Contains(err.Error(), "is not the init of a PID namespace") {
		t.Errorf("verify: %+v, %v", b, err)
	}
}
