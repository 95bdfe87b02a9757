package plugin

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/sidestep-dev/sidestep/resolver"
	"github.com/sidestep-dev/sidestep/resolver/doctor"
	"github.com/sidestep-dev/sidestep/resolver/health"
)

var webID = strings.Repeat("1ff6022bcb57", 5) + "abcd"

// stuckReport is of a container whose shim is stopped.
func stuckReport() *doctor.Report {
	shim := health.Answer{From: "/run/containerd/s/" + webID, Took: 800 * time.Millisecond, Reach: health.Silent, Ill: true}
	agreed, _ := health.Agree([]health.Naming{{Who: "the runtime's state", PID: 18123}, {Who: "the bundle", PID: 18123}})
	return &doctor.Report{
		Container: &resolver.Container{ID: webID, Namespace: "k8s.io", Name: "web", Pod: &resolver.Pod{Namespace: "shop", Name: "web-7d4b9", Container: "web"}},
		PID:       18123, State: resolver.Running, Source: "the runtime's state", Took: 912 * time.Millisecond,
		Report: health.Report{Checks: []health.Check{
			health.DaemonSocket(health.Answer{From: "/run/containerd/containerd.sock", Took: 90 * time.Microsecond, Says: "takes connections"}),
			health.Daemon.Runs(health.Process{PID: 812, State: 'S'}),
			health.Shim.Runs(health.Process{PID: 18100, State: 'T'}),
			health.ShimState{Answer: shim}.Socket(),
			health.TaskState{Answer: health.Answer{Took: 2 * time.Second}}.Task(),
			health.Space{Dir: "/run", For: "states and sockets", Free: 30 << 20, Total: 1 << 30, FreeInodes: 9, Inodes: 1000, Breaks: []health.Use{health.Exec, health.Create}}.Checks()[0],
			agreed,
			health.Usage{Cgroup: "/kubepods/burstable/pod1/" + webID, Used: 63 << 20, Max: 64 << 20}.Memory(),
			health.Entry{Took: 3 * time.Millisecond, Plan: "sidestep exec would join mnt,pid and 1 cgroups, as user 0:0"}.Works(),
		}},
	}
}

func brokenHost() *doctor.Report {
	socket := health.DaemonSocket(health.Answer{From: "/run/containerd/containerd.sock", Reach: health.NoOne})
	socket.Fatal = true
	stuck := health.Conmon.Runs(health.Process{PID: 7, State: 'D', Wchan: "nfs_wait"})
	stuck.Container = "k8s.io/evil\x1b[2J\nname"
	return &doctor.Report{
		About: "host node-1: 1 containerd, 2 shims", Took: 12 * time.Millisecond,
		Report: health.Report{Checks: []health.Check{
			socket, stuck, health.Shims(1, 2),
			health.Binary{Name: "runc", Searched: "/usr/sbin:/usr/bin", Fatal: true}.Runs(),
			health.NotAsked("containerd.task", "", "containerd does not answer"),
		}},
	}
}

// TestScreen compares the screens with testdata. UPDATE=1 writes it anew.
func TestScreen(t *testing.T) {
	for name, test := range map[string]struct {
		report   *doctor.Report
		coloured bool
	}{
		"doctor-degraded.txt": {stuckReport(), false},
		"doctor-broken.txt":   {brokenHost(), false},
		"doctor-colours.txt":  {brokenHost(), true},
	} {
		var text strings.Builder
		if err := writeReport(&text, test.report, test.coloured); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", name)
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if text.String() != string(want) {
			t.Errorf("%s: got\n%s", name, text.String())
		}
		if test.coloured {
			continue
		}
		for line := range strings.Lines(text.String()) {
			n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n"))
			if n > screenWidth && !strings.Contains(line, webID) { // a path stays whole
				t.Errorf("%s: %d characters: %s", name, n, line)
			}
		}
	}
}

func TestDoctorJSON(t *testing.T) {
	data, err := json.Marshal(newDoctorOutput(stuckReport()))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"verdict":"degraded","exitCode":1,"summary":"shim process: PID 18100 is stopped`,
		`"tookMs":912,"container":{"id":"` + webID + `","namespace":"k8s.io","name":"web","pod":{"namespace":"shop"`,
		`"pid":18123,"state":"running","source":"the runtime's state"},"checks":[{"id":"containerd.socket","subject":"/run/containerd/containerd.sock","status":"ok","tookMs":0.09,"evidence":"takes connections"}`,
		`{"id":"shim.process","subject":"PID 18100","status":"fail","tookMs":0,"evidence":"is stopped (state T, by a signal)","breaks":["exec","stop","logs"],"advice":"find out`,
	} {
		if !strings.Contains(string(data), want) {
			t.Errorf("%s is not in %s", want, data)
		}
	}
	data, err = json.Marshal(newDoctorOutput(&doctor.Report{}))
	if want := `{"verdict":"healthy","exitCode":0,"summary":"all 0 checks passed","tookMs":0,"checks":[]}`; err != nil || string(data) != want {
		t.Errorf("%s, %v", data, err)
	}
}

// TestShown: paths are whole, so that they can be copied; IDs alone are short.
func TestShown(t *testing.T) {
	for text, want := range map[string]string{
		"container " + webID + " (name":           "container 1ff6022bcb57 (name",
		`container "` + webID + `"`:               `container "1ff6022bcb57"`,
		"(k8s.io/" + webID + ")":                  "(k8s.io/1ff6022bcb57)",
		"/run/runc/moby/" + webID + " names PID":  "/run/runc/moby/" + webID + " names PID",
		`open "/x/` + webID + `/state.json": no`:  `open "/x/` + webID + `/state.json": no`,
		"unix:///run/containerd/s/" + webID + ",": "unix:///run/containerd/s/" + webID + ",",
		"docker-" + webID + ".scope":              "docker-1ff6022bcb57.scope",
		"/system.slice/docker-" + webID:           "/system.slice/docker-" + webID,
	} {
		if got := shown(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestWrap(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "",
		"a b c":                   "a b c",
		"aaaa bbbb cccc":          "aaaa bbbb|cccc",
		"a-word-that-is-too-long": "a-word-that-is-too-long",
		"ä ö ü ä ö ü":             "ä ö ü ä ö|ü",
	} {
		if got := strings.Join(wrap(text, 9), "|"); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestShortTime(t *testing.T) {
	for d, want := range map[time.Duration]string{
		50 * time.Microsecond: "0.1ms", 9949 * time.Microsecond: "9.9ms", 999 * time.Millisecond: "999ms",
		1620 * time.Millisecond: "1.62s", 61 * time.Second: "61s",
	} {
		if got := shortTime(d); got != want {
			t.Errorf("%v: %q", d, got)
		}
	}
}

func TestJoined(t *testing.T) {
	for want, test := range map[string]struct {
		namespaces []string
		cgroups    int
	}{
		"no namespace and no cgroup": {}, "pid and 1 cgroup": {[]string{"pid"}, 1}, "mnt,net and 12 cgroups": {[]string{"mnt", "net"}, 12},
	} {
		if got := joined(test.namespaces, test.cgroups); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
