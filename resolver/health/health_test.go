package health

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestVerdict(t *testing.T) {
	ok, warn, fail := Check{ID: "a", Status: OK}, Check{ID: "b", Status: Warn}, Check{ID: "c", Status: Fail}
	fatal, enter, unknown := Check{ID: "d", Status: Fail, Fatal: true}, Check{ID: "enter", Status: Fail, Fatal: true}, Check{ID: "f", Status: Unknown}
	tests := []struct {
		name   string
		checks []Check
		want   Verdict
		cause  string
	}{
		{"nothing", nil, Healthy, ""},
		{"all is well", []Check{ok, ok}, Healthy, ""},
		{"a warning", []Check{ok, warn}, Degraded, "b"},
		{"what is not known is not healthy", []Check{ok, unknown}, Degraded, "f"},
		{"a failure comes before a warning", []Check{warn, fail}, Degraded, "c"},
		{"what is fatal comes before a failure", []Check{fail, fatal}, Broken, "d"},
		{"that there is no way in has a cause", []Check{fail, enter}, Broken, "c"},
		{"or none", []Check{ok, enter}, Broken, "enter"},
		{"a warning is never fatal", []Check{{ID: "g", Status: Warn, Fatal: true}}, Degraded, "g"},
	}
	for _, test := range tests {
		r := Report{Checks: test.checks}
		cause, _ := r.Cause()
		if got := r.Verdict(); got != test.want || cause.ID != test.cause {
			t.Errorf("%s: %s because of %q", test.name, got, cause.ID)
		}
	}
	for verdict, want := range map[Verdict]int{Healthy: 0, Degraded: 1, Broken: 2} {
		if got := verdict.ExitCode(); got != want {
			t.Errorf("%s: exit code %d", verdict, got)
		}
	}
	if got := (Report{Checks: []Check{fail, warn, fail}}).Summary(); got != "c:  (and 2 more)" {
		t.Errorf("summary %q", got)
	}
}

// TestLinks has for each link what is found and what that means.
func TestLinks(t *testing.T) {
	silent, wrong := Answer{From: "/s", Took: 800 * time.Millisecond, Reach: Silent}, Answer{From: "/s", Reach: Stranger, Says: "HTTP"}
	good := Answer{From: "/s", Says: "fine"}
	lost := errors.New("no such file")
	space := func(change func(*Space)) Check {
		s := Space{Dir: "/run", Free: 1 << 34, Total: 1 << 35, FreeInodes: 1 << 20, Inodes: 1 << 21}
		change(&s)
		checks := s.Checks()
		for _, c := range checks {
			if c.Status != OK {
				return c
			}
		}
		return checks[0]
	}
	tests := []struct {
		name  string
		check Check
		want  Status
		fatal bool
		says  string
	}{
		{"a daemon sleeps", Daemon.Runs(Process{PID: 7, State: 'S'}), OK, false, "PID 7 runs"},
		{"a daemon is stopped", Daemon.Runs(Process{PID: 7, State: 'T'}), Fail, false, "stopped"},
		{"a daemon is traced", Daemon.Runs(Process{PID: 7, State: 't'}), Fail, false, "tracer"},
		{"a shim hangs in the kernel", Shim.Runs(Process{PID: 7, State: 'D', Wchan: "io_schedule"}), Warn, false, "in io_schedule"},
		{"a shim is a zombie", Shim.Runs(Process{PID: 7, State: 'Z'}), Fail, false, "zombie"},
		{"a shim is gone", Shim.Runs(Process{}), Fail, false, "is gone"},

		{"init runs", Init{Process: Process{PID: 7, State: 'S'}}.Runs(), OK, false, "runs"},
		{"init hangs in the kernel", Init{Process: Process{PID: 7, State: 'D'}}.Runs(), Warn, false, "cannot be interrupted"},
		{"and has a filter to copy", Init{Process: Process{PID: 7, State: 'D'}, Filtered: true}.Runs(), Fail, true, "cannot be interrupted"},
		{"init is frozen by v1", Init{Process: Process{PID: 7, State: 'D'}, Filtered: true, Frozen: true}.Runs(), OK, false, "frozen"},
		{"init's main thread is", Init{Process: Process{PID: 7, State: 'Z', Threads: 2}}.Runs(), Fail, true, "other threads go on"},
		{"a daemon is in a PID namespace that is not seen", Daemon.Runs(Process{PID: 7, Hidden: lost}), Unknown, false, "PID 7 is not to be seen: no such file"},
		{"init is in a PID namespace that is not seen", Init{Process: Process{PID: 7, Hidden: lost}}.Runs(), Unknown, false, "is not to be seen"},
		{"init is a zombie", Init{Process: Process{PID: 7, State: 'Z'}}.Runs(), Fail, true, "zombie"},
		{"init is gone", Init{Process: Process{PID: 7}}.Runs(), Fail, true, "gone"},
		{"init is stopped", Init{Process: Process{PID: 7, State: 'T'}}.Runs(), Warn, false, "stopped"},

		{"a socket", DaemonSocket(good), OK, false, "fine"},
		{"no socket", DaemonSocket(Answer{From: "/s", Reach: NoSocket}), Fail, false, "does not exist"},
		{"nobody listens", DaemonSocket(Answer{From: "/s", Reach: NoOne}), Fail, false, "nobody listens"},
		{"a directory", DaemonSocket(Answer{From: "/s", Reach: NotSocket, Says: "is a directory"}), Fail, false, "/s is a directory"},
		{"a full queue", DaemonSocket(silent), Fail, false, "queue is full"},
		{"a socket of others", DaemonSocket(Answer{From: "/s", Reach: Forbidden}), Fail, false, "permission denied"},
		{"an API that hangs", DaemonAPI(silent), Fail, false, "does not answer in 800ms"},
		{"something else", DaemonAPI(wrong), Fail, false, "HTTP"},
		{"a locked database", Record{Answer: silent}.Metadata(), Fail, false, "does not answer"},
		{"a record", Record{Answer: good}.Metadata(), OK, false, "fine"},
		{"no record", Record{Answer: good, Missing: true}.Metadata(), Fail, false, "no record of the container"},
		{"nor of what runs", Record{Answer: good, Missing: true, Life: Running}.Metadata(), Fail, false, "whose process runs"},
		{"nor of what has ended", Record{Answer: good, Missing: true, Life: Idle}.Metadata(), Fail, false, "which does not run"},
		{"nor of what Docker has stopped", Record{Answer: good, Missing: true, Life: Idle, ByDocker: true}.Metadata(), OK, false, "when Docker starts it"},
		{"nor of Docker's that runs", Record{Answer: good, Missing: true, Life: Running, ByDocker: true}.Metadata(), Fail, false, "whose process runs"},
		{"a task", TaskState{Answer: good, PID: 7, Status: "running"}.Task(), OK, false, "PID 7, running"},
		{"a task without a PID", TaskState{Answer: Answer{Took: 2 * time.Second}}.Task(), Fail, false, "without a process after 2s"},
		{"no task", TaskState{Answer: good, Missing: true}.Task(), Fail, false, "it does not run, or containerd has lost"},
		{"no task of what runs", TaskState{Answer: good, Missing: true, Life: Running}.Task(), Fail, false, "has lost its shim"},
		{"no task of what does not run", TaskState{Answer: good, Missing: true, Life: Idle}.Task(), OK, false, "does not run"},
		{"a stopped task", TaskState{Answer: good, Stopped: true, Life: Idle}.Task(), OK, false, "is stopped"},
		{"a stopped task that runs", TaskState{Answer: good, Stopped: true, Life: Running}.Task(), Fail, false, "but its process runs"},
		{"a shim that answers", ShimState{Answer: good, PID: 7, Status: "running"}.Socket(), OK, false, "PID 7"},
		{"a shim that hangs", ShimState{Answer: silent}.Socket(), Fail, false, "does not answer"},
		{"a shim of others", ShimState{Answer: good, Missing: true}.Socket(), Fail, false, "no such task"},
		{"Docker hangs", Docker(silent), Fail, false, "does not answer"},

		{"a runtime", Binary{Name: "runc", Path: "/bin/runc", Executable: true, Version: "runc 1.1"}.Runs(), OK, false, "is runc 1.1"},
		{"none in PATH", Binary{Name: "runc", Searched: "/bin"}.Runs(), Fail, false, "runc is not in the shim's PATH, /bin"},
		{"none at its path", Binary{Name: "/opt/runc"}.Runs(), Fail, false, "does not exist"},
		{"not executable", Binary{Path: "/bin/runc"}.Runs(), Fail, false, "not an executable"},
		{"it hangs", Binary{Path: "/bin/runc", Executable: true, Silent: true, Took: time.Second}.Runs(), Fail, false, "not ended in 1s"},
		{"it fails", Binary{Path: "/bin/runc", Executable: true, Err: "exit status 1", Fatal: true}.Runs(), Fail, true, "exit status 1"},
		{"it says nothing", Binary{Path: "/bin/runc", Executable: true}.Runs(), Fail, false, "prints nothing"},

		{"a state", RuntimeState{PID: 7, Start: 9, Init: 7, InitFrom: 9}.Fits(), OK, false, "PID 7"},
		{"crun's state has no start", RuntimeState{PID: 7, Init: 7, InitFrom: 9}.Fits(), OK, false, "PID 7"},
		{"of another process", RuntimeState{PID: 8, Start: 9, Init: 7, InitFrom: 9}.Fits(), Fail, false, "names PID 8"},
		{"of an earlier process", RuntimeState{PID: 7, Start: 8, Init: 7, InitFrom: 9}.Fits(), Fail, false, "earlier"},
		{"of a process that has ended", RuntimeState{PID: 7, Init: 7, Gone: true}.Fits(), Fail, false, "has ended"},
		{"of one that its shim has seen end", RuntimeState{PID: 7, Init: 7, Gone: true, Kept: true}.Fits(), OK, false, "has ended"},
		{"damaged", RuntimeState{Err: lost}.Fits(), Fail, false, "no such file"},
		{"none", RuntimeState{Missing: true}.Fits(), Fail, false, "has no state"},
		{"a bundle", BundleState{PID: 7, Init: 7}.Whole(), OK, false, "whole"},
		{"of another process", BundleState{PID: 8, Init: 7}.Whole(), Fail, false, "names PID 8"},
		{"without its spec", BundleState{Config: lost}.Whole(), Fail, false, "damaged"},
		{"without init.pid", BundleState{PIDFile: lost}.Whole(), Fail, false, "damaged"},
		{"no bundle", BundleState{Missing: true}.Whole(), Fail, false, "does not exist"},

		{"room", space(func(*Space) {}), OK, false, "free"},
		{"no room", space(func(s *Space) { s.Free, s.Fatal = 1000, true }), Fail, true, "has 1000 B of 32 GiB free"},
		{"little room", space(func(s *Space) { s.Free = 1 << 30 }), Warn, false, "1024 MiB"},
		{"little of a large disk", space(func(s *Space) { s.Free, s.Total = 1<<36, 1<<45 }), OK, false, "64 GiB"},
		{"no inodes left", space(func(s *Space) { s.FreeInodes = 3 }), Fail, false, "3 of"},
		{"few inodes left", space(func(s *Space) { s.FreeInodes = 5000 }), Warn, false, "5000 of"},
		{"no inodes at all, as on btrfs", space(func(s *Space) { s.FreeInodes, s.Inodes = 0, 0 }), OK, false, "free"},
		{"read-only", space(func(s *Space) { s.ReadOnly = true }), Fail, false, "read-only"},
		{"a disk that hangs", space(func(s *Space) { s.NoAnswerIn = "800ms" }), Fail, false, "does not answer in 800ms"},
		{"a disk that fails", space(func(s *Space) { s.Unreadable = lost }), Unknown, false, "no such file"},

		{"paused", Freezer{Cgroup: "/x", Frozen: true}.Paused(), Fail, true, "paused"},
		{"not paused", Freezer{Cgroup: "/x"}.Paused(), OK, false, "not paused"},
		{"no limit of processes", Usage{}.Pids(), OK, false, "no limit"},
		{"processes", Usage{Used: 5, Max: 100}.Pids(), OK, false, "5 of 100"},
		{"nearly too many", Usage{Used: 90, Max: 100}.Pids(), Warn, false, "90 of 100"},
		{"a small limit", Usage{Used: 2, Max: 10}.Pids(), OK, false, "2 of 10"},
		{"too many", Usage{Used: 100, Max: 100}.Pids(), Fail, true, "100 of 100"},
		{"too many, and a way in", Usage{Used: 100, Max: 100}.Pids().Uncounted(), Fail, false, "100 of 100"},
		{"nothing else becomes less grave", Freezer{Cgroup: "/x", Frozen: true}.Paused().Uncounted(), Fail, true, "paused"},
		{"more than may be", Usage{Used: 101, Max: 100}.Pids(), Fail, true, "101 of 100"},
		{"no limit of memory", Usage{}.Memory(), OK, false, "no limit"},
		{"memory", Usage{Used: 5 << 20, Max: 64 << 20}.Memory(), OK, false, "5120 KiB of 64 MiB"},
		{"little memory", Usage{Used: 60 << 20, Max: 64 << 20}.Memory(), Warn, false, "60 MiB"},
		{"no memory", Usage{Used: 63 << 20, Max: 64 << 20}.Memory(), Fail, false, "63 MiB"},
		{"waits for memory", Usage{Used: 1, Max: 64 << 20, Stuck: true}.Memory(), Fail, false, "OOM killer is off"},
		{"no kills", Usage{}.OOM(), OK, false, "no process"},
		{"a kill", Usage{Events: 1}.OOM(), Warn, false, "1 process "},
		{"kills", Usage{Events: 3}.OOM(), Warn, false, "3 processes"},

		{"descriptors", Descriptors{PID: 7, Open: 20, Limit: 1024}.Left("x", nil), OK, false, "20 of 1024"},
		{"few left", Descriptors{PID: 7, Open: 900, Limit: 1024}.Left("x", nil), Warn, false, "900"},
		{"none left", Descriptors{PID: 7, Open: 1020, Limit: 1024}.Left("x", nil), Fail, false, "1020"},
		{"more than there may be", Descriptors{PID: 7, Open: 20, Limit: 4}.Left("x", nil), Fail, false, "20 of 4"},
		{"no limit", Descriptors{PID: 7, Open: 20, Limit: 1<<64 - 1}.Left("x", nil), OK, false, "20 of"},

		{"a way in", Entry{Plan: "would join"}.Works(), OK, false, "would join"},
		{"a way in that nobody had the time to find", Entry{Err: lost, Late: true}.Works(), Unknown, false, "the time was too short"},
		{"no way in", Entry{Err: lost, Advice: "do"}.Works(), Fail, true, "no such file"},
		{"namespaces", Namespaces([]string{"mnt"}, []string{"user"}, nil), OK, false, "mnt; the host's: user"},
		{"no namespaces", Namespaces(nil, nil, lost), Fail, true, "no such file"},
		{"a supervisor", Notify(good, []string{"a", "b", "c", "d", "e"}), OK, false, "a,b,c,d,…"},
		{"a supervisor that is gone", Notify(Answer{From: "/s", Reach: NoOne}, []string{"a"}), Fail, true, "nobody listens on it, and the seccomp filter asks it about a"},
		{"no supervisor", Notify(Answer{}, []string{"a"}), Fail, true, "names no supervisor"},
		{"tasks of the host", Supply{Used: 5, Max: 100}.Tasks(), OK, false, "5 of 100"},
		{"nearly all tasks", Supply{Used: 95, Max: 100}.Tasks(), Warn, false, "95"},
		{"load", Load{Average: 3, Processors: 2}.Check(), OK, false, "3.0 tasks"},
		{"much load", Load{Average: 35.49, Processors: 2}.Check(), Warn, false, "35.5 tasks"},
		{"a runtime on a busy host", Binary{Path: "/bin/runc", Executable: true, Silent: true, Busy: true}.Runs(), Warn, false, "very busy"},
		{"all files", Supply{Used: 100, Max: 100}.Files(), Fail, true, "100"},
	}
	for _, test := range tests {
		c := test.check
		if text := c.text(); c.Status != test.want || c.Fatal != test.fatal && c.Status == Fail || !strings.Contains(text, test.says) {
			t.Errorf("%s: %s, fatal %t: %s", test.name, c.Status, c.Fatal, text)
		}
		if c.Status == Fail && c.Advice == "" || c.Status == OK && c.Advice != "" {
			t.Errorf("%s: %s with the advice %q", test.name, c.Status, c.Advice)
		}
	}
}

// TestPausedOptions: what a paused container is entered with depends on its
// cgroup and its filter.
func TestPausedOptions(t *testing.T) {
	for f, want := range map[Freezer]string{
		{Frozen: true}:                           "exec --no-cgroup",
		{Frozen: true, V1: true}:                 "exec --no-cgroup",
		{Frozen: true, Filtered: true}:           "exec --no-cgroup",
		{Frozen: true, V1: true, Filtered: true}: "exec --no-cgroup --no-seccomp",
	} {
		if got := f.Paused().Advice; !strings.HasSuffix(got, want) {
			t.Errorf("%+v: %q", f, got)
		}
	}
}

func TestAgree(t *testing.T) {
	if _, ok := Agree(nil); ok {
		t.Error("nobody agrees")
	}
	same, _ := Agree([]Naming{{"containerd", 7}, {"the shim", 7}})
	if same.Status != OK || same.Evidence != "PID 7, by containerd, the shim" {
		t.Errorf("%+v", same)
	}
	differ, _ := Agree([]Naming{{"containerd", 7}, {"the shim", 8}})
	if differ.Status != Fail || !strings.Contains(differ.Evidence, "containerd PID 7, the shim PID 8") {
		t.Errorf("%+v", differ)
	}
}

// TestAdviceForWhatDoesNotRun: a container without a process has nothing to save
// by entering it.
func TestAdviceForWhatDoesNotRun(t *testing.T) {
	lost := errors.New("no such file")
	for _, life := range []Life{Unsure, Running, Idle} {
		for _, c := range []Check{
			RuntimeState{Missing: true, Life: life}.Fits(), RuntimeState{Err: lost, Life: life}.Fits(),
			BundleState{Missing: true, Life: life}.Whole(), BundleState{Config: lost, Life: life}.Whole(),
		} {
			if enters := strings.Contains(c.Advice, "with sidestep exec"); enters == (life == Idle) || c.Status != Fail {
				t.Errorf("%d, %s: %q", life, c.Evidence, c.Advice)
			}
		}
	}
}
