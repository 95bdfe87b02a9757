package plugin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver"
)

// listed are the rows of a machine with a little of everything.
func listed() []psRow {
	created := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	stuck := func(id string) error {
		return &resolver.UnknownStateError{
			Container: resolver.Container{ID: id}, Source: "containerd at /s", After: 2003 * time.Millisecond,
			Err: fmt.Errorf("ask for the task of %s: %w", id, context.DeadlineExceeded),
		}
	}
	const id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	rows := []psRow{
		newRow(resolver.Row{
			Container: resolver.Container{
				ID: id, Namespace: "moby", Name: "web", Image: "httpd:2", Runtime: "io.containerd.runc.v2", Source: "containerd at /s",
			},
			State: resolver.Running, PID: 41, Created: created,
		}, []string{"time", "user"}),
		newRow(resolver.Row{
			Container: resolver.Container{
				ID: "c1", Namespace: "k8s.io", Name: "app", Source: "containerd at /s",
				Pod: &resolver.Pod{Namespace: "shop", Name: "cart-0", UID: "u", Container: "app"},
			},
			State: resolver.Paused, PID: 42,
		}, []string{}),
		newRow(resolver.Row{Container: resolver.Container{ID: "stuck1", Namespace: "default"}, State: resolver.Unknown, Err: stuck("stuck1")}, nil),
		newRow(resolver.Row{Container: resolver.Container{ID: "stuck2", Namespace: "default"}, State: resolver.Unknown, Err: stuck("stuck2")}, nil),
		newRow(resolver.Row{
			Container: resolver.Container{ID: "evil\x1b[2J", Namespace: "default", Name: "two\nlines"}, State: resolver.Stopped,
		}, nil),
	}
	slices.SortFunc(rows, compareRows)
	return rows
}

func compare(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTable(t *testing.T) {
	var b bytes.Buffer
	if err := writeRows(&b, listed(), false, formatTable); err != nil {
		t.Fatal(err)
	}
	compare(t, b.String(), `CONTAINER ID   NAMESPACE   NAME         POD           PID   STATE     SHARED
stuck1         default     -            -             -     unknown   -
stuck2         default     -            -             -     unknown   -
evil\x1b[2J    default     two\nlines   -             -     stopped   -
c1             k8s.io      app          shop/cart-0   42    paused    -
0123456789ab   moby        web          -             41    running   time,user
`)
}

func TestWideTable(t *testing.T) {
	var b bytes.Buffer
	if err := writeRows(&b, listed()[4:], false, formatWide); err != nil {
		t.Fatal(err)
	}
	compare(t, b.String(), ""+
		"CONTAINER ID                                                       NAMESPACE   NAME   POD   PID   STATE     SHARED      "+
		"IMAGE     RUNTIME                 CREATED                SOURCE\n"+
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef   moby        web    -     41    running   time,user   "+
		"httpd:2   io.containerd.runc.v2   2026-01-02T03:04:05Z   containerd at /s\n")
}

func TestQuiet(t *testing.T) {
	var b bytes.Buffer
	if err := writeRows(&b, listed()[3:], true, formatTable); err != nil {
		t.Fatal(err)
	}
	compare(t, b.String(), "c1\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n")
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := writeRows(&b, listed()[3:4], false, formatJSON); err != nil {
		t.Fatal(err)
	}
	compare(t, b.String(), `[
  {
    "id": "c1",
    "namespace": "k8s.io",
    "name": "app",
    "pod": {
      "namespace": "shop",
      "name": "cart-0",
      "uid": "u",
      "container": "app"
    },
    "pid": 42,
    "state": "paused",
    "shared": [],
    "source": "containerd at /s"
  }
]
`)
	b.Reset()
	if err := writeRows(&b, []psRow{}, false, formatJSON); err != nil || b.String() != "[]\n" {
		t.Errorf("no rows: %q, %v", b.String(), err)
	}
}

func TestSome(t *testing.T) {
	ids := strings.Fields("a b c d e f g")
	for _, c := range []struct {
		n, of int
		want  string
	}{
		{1, 1, "a"}, {2, 3, "a, b"}, {3, 3, "all 3"}, {6, 9, "a, b, c, d, e, f"}, {7, 9, "a, b, c, d, e and 2 more"}, {7, 7, "all 7"},
	} {
		if got := some(ids[:c.n], c.of); got != c.want {
			t.Errorf("%d of %d: %q, want %q", c.n, c.of, got, c.want)
		}
	}
}

// TestReasonOfFiles: where no daemon was asked, it is said why what is left on
// this host names no process.
func TestReasonOfFiles(t *testing.T) {
	err := &resolver.UnknownStateError{Others: []resolver.Other{{Source: resolver.SourceProc, Reason: "no process is in its cgroup"}}}
	if got := reason(err); got != "nobody named its process; proc: no process is in its cgroup" {
		t.Errorf("%q", got)
	}
}

func TestReasonsAreToldOnce(t *testing.T) {
	var b bytes.Buffer
	writeReasons(&b, listed(), errors.New("containerd at /other: no answer"))
	compare(t, b.String(), `sidestep: unknown state of stuck1, stuck2: containerd at /s did not answer in 2s
sidestep: incomplete: containerd at /other: no answer
`)
}

func TestLiveRows(t *testing.T) {
	var states []string
	for _, r := range listed() {
		if r.live() {
			states = append(states, string(r.State))
		}
	}
	if got := strings.Join(states, " "); got != "unknown unknown paused running" {
		t.Errorf("live: %s", got)
	}
}

func TestTasks(t *testing.T) {
	var b bytes.Buffer
	over := newRow(resolver.Row{Container: resolver.Container{ID: "c2"}, State: resolver.Stopped, Task: true, Was: 43}, nil)
	if err := writeTasks(&b, append(listed()[3:4], over)); err != nil {
		t.Fatal(err)
	}
	compare(t, b.String(), "TASK   PID   STATUS\nc1     42    PAUSED\nc2     43    STOPPED\n")
}

func TestNamespaces(t *testing.T) {
	host, container := proc.Namespaces{}, proc.Namespaces{}
	for _, kind := range proc.Kinds() {
		host[kind] = proc.ID{Dev: 4, Ino: 4026531800 + uint64(kind)}
		container[kind] = proc.ID{Dev: 4, Ino: 4026532100 + uint64(kind)}
	}
	container[proc.Net] = host[proc.Net]
	container[proc.User] = host[proc.User]
	host[proc.Time], container[proc.Time] = proc.ID{}, proc.ID{} // an old kernel
	rows := compareNamespaces(container, host)
	var b bytes.Buffer
	if err := writeNamespaces(&b, rows, false); err != nil {
		t.Fatal(err)
	}
	compare(t, b.String(), `KIND     CONTAINER             HOST                  RELATION
cgroup   cgroup:[4026532100]   cgroup:[4026531800]   own
ipc      ipc:[4026532101]      ipc:[4026531801]      own
mnt      mnt:[4026532102]      mnt:[4026531802]      own
net      net:[4026531803]      net:[4026531803]      shared *
pid      pid:[4026532104]      pid:[4026531804]      own
user     user:[4026531806]     user:[4026531806]     shared *
uts      uts:[4026532107]      uts:[4026531807]      own
`)
	b.Reset()
	if err := writeNamespaces(&b, rows, true); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(b.String(), "\x1b[1;31mshared *\x1b[0m\n"); got != 2 {
		t.Errorf("%d of 2 marks are coloured: %q", got, b.String())
	}
	if got := strings.Join(sharedKinds(host, container), ","); got != "net,user" {
		t.Errorf("shared: %s", got)
	}
}
