package doctor

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/resolver"
	"github.com/sidestep-dev/sidestep/resolver/bundle"
	"github.com/sidestep-dev/sidestep/resolver/health"
)

func TestParseLimit(t *testing.T) {
	const limits = "Limit                     Soft Limit           Hard Limit           Units     \n" +
		"Max processes             unlimited            unlimited            processes \n" +
		"Max open files            1024                 524288               files     \n"
	for name, want := range map[string]uint64{"Max open files": 1024, "Max processes": 1<<64 - 1} {
		if got, err := parseLimit(limits, name); err != nil || got != want {
			t.Errorf("%s: %d, %v", name, got, err)
		}
	}
	if _, err := parseLimit(limits, "Max file locks"); err == nil {
		t.Error("a limit that is not there")
	}
}

func TestProcess(t *testing.T) {
	if p := processOf(os.Getpid()); p.State == 0 || p.State == 'Z' {
		t.Errorf("myself: %+v", p)
	}
	ended := exec.Command("true")
	if err := ended.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(5 * time.Second); processOf(ended.Process.Pid).State != 'Z'; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not end")
		}
	}
	if err := ended.Wait(); err != nil {
		t.Fatal(err)
	}
	if p := processOf(ended.Process.Pid); p.State != 0 {
		t.Errorf("one that is gone: %+v", p)
	}
	if d, err := descriptorsOf(os.Getpid()); err != nil || d.Open < 3 || d.Limit < d.Open {
		t.Errorf("descriptors: %+v, %v", d, err)
	}
}

// TestRun: a look that does not come back is named, and keeps none waiting.
func TestRun(t *testing.T) {
	hang := make(chan struct{})
	defer close(hang)
	ok := health.Check{ID: "a", Status: health.OK}
	began := time.Now()
	got := run(
		probe{"a", 50 * time.Millisecond, nil, func() seen { return checks(ok).named("x", 7).named("y", 0) }},
		probe{"b", 50 * time.Millisecond, []health.Use{health.Enter}, func() seen { <-hang; return seen{} }},
		probe{"c", 50 * time.Millisecond, nil, func() seen { return seen{late: true} }},
	)
	if took := time.Since(began); took > time.Second {
		t.Errorf("took %v", took)
	}
	if len(got.checks) != 2 || got.checks[1].ID != "b" || got.checks[1].Status != health.Fail || !got.checks[1].Fatal {
		t.Errorf("%+v", got.checks)
	}
	if len(got.names) != 1 || !got.late {
		t.Errorf("%+v", got)
	}
}

func TestDisks(t *testing.T) {
	dir := t.TempDir()
	got := disks(time.Second, []place{{dir: dir, holds: "x"}, {dir: filepath.Join(dir, "none")}, {dir: dir}})
	if len(got) != 2 || got[0].ID != "disk.space" || got[1].ID != "disk.inodes" || got[0].Subject != dir {
		t.Errorf("%+v", got)
	}
}

// TestRootOfDaemon: images are in containerd's root, not in a directory of one
// container.
func TestRootOfDaemon(t *testing.T) {
	b := bundle.Bundle{Dir: t.TempDir()}
	if got := rootOfDaemon(b); got != "" {
		t.Errorf("without a link: %q", got)
	}
	link := filepath.Join(b.Dir, "work")
	for work, want := range map[string]string{
		"/var/lib/containerd/io.containerd.runtime.v2.task/moby/web": "/var/lib/containerd", "/elsewhere/web": "/elsewhere/web",
	} {
		if err := os.Symlink(work, link); err != nil {
			t.Fatal(err)
		}
		if got := rootOfDaemon(b); got != want {
			t.Errorf("%s: %q", work, got)
		}
		if err := os.Remove(link); err != nil {
			t.Fatal(err)
		}
	}
}

func TestBinary(t *testing.T) {
	write := func(dir, name, text string, mode os.FileMode) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return file
	}
	dir := t.TempDir()
	good := write(dir, "runc", "#!/bin/sh\necho runc version 9; echo more\n", 0o755)
	hangs := write(dir, "hangs", "#!/bin/sh\nsleep 4719 & wait\n", 0o755)
	fails := write(dir, "fails", "#!/bin/sh\necho no >&2; exit 3\n", 0o755)
	plainFile := write(dir, "plain", "x", 0o644)
	if b := binary(good, os.Getpid(), 5*time.Second); b.Version != "runc version 9" || b.Runs().Status != health.OK {
		t.Errorf("%+v", b)
	}
	if b := binary(hangs, os.Getpid(), 400*time.Millisecond); !b.Silent || b.Took > 5*time.Second {
		t.Errorf("%+v", b)
	}
	if b := binary(fails, os.Getpid(), 5*time.Second); !strings.Contains(b.Err, `exit status 3: "no"`) {
		t.Errorf("%+v", b)
	}
	if b := binary(plainFile, os.Getpid(), time.Second); b.Executable || b.Path != plainFile {
		t.Errorf("%+v", b)
	}
	if b := binary(filepath.Join(dir, "none"), os.Getpid(), time.Second); b.Path != "" {
		t.Errorf("%+v", b)
	}
	if found, searched := find("/", "runc", "/nowhere:relative:"+dir); found != good || searched == "" {
		t.Errorf("%q in %q", found, searched)
	}
	if found, _ := find(dir, "runc", "/"); found != "/runc" { // below another root
		t.Errorf("%q", found)
	}
}

func TestPing(t *testing.T) {
	dir, err := os.MkdirTemp("", "ping")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	for name, test := range map[string]struct {
		answer string
		want   health.Reach
	}{
		"docker": {"HTTP/1.0 200 OK\r\nApi-Version: 1.41\r\n\r\nOK", health.Answered},
		"broken": {"HTTP/1.0 500 Internal Server Error\r\n\r\n", health.Stranger},
		"other":  {"SSH-2.0-x\r\n", health.Stranger},
		"silent": {"", health.Silent},
	} {
		socket := filepath.Join(dir, name)
		listener, err := net.Listen("unix", socket)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				if test.answer == "" {
					continue // and it stays open
				}
				go func() {
					_, _ = conn.Read(make([]byte, 256))
					_, _ = conn.Write([]byte(test.answer))
					conn.Close()
				}()
			}
		}()
		pid, a := ping(socket, 300*time.Millisecond)
		listener.Close()
		if a.Reach != test.want || pid != os.Getpid() {
			t.Errorf("%s: %+v from %d", name, a, pid)
		}
	}
	if _, a := ping(filepath.Join(dir, "none"), time.Second); a.Reach != health.NoSocket {
		t.Errorf("none: %+v", a)
	}
}

// TestConnectToNoSocket: a check says what else there is at an address.
func TestConnectToNoSocket(t *testing.T) {
	long := "/" + strings.Repeat("a", 107)
	for address, want := range map[string]string{"/proc": "is a directory", "/dev/null": "is not a socket", long: "is longer than a socket's path may be (107 bytes)"} {
		if _, a := connect(address, time.Second); a.Reach != health.NotSocket || a.Says != want {
			t.Errorf("%s: %+v", address, a)
		}
		d := lookAt(t.Context(), address, time.Second)
		if len(d.checks) != 1 || d.checks[0].Status != health.Fail || d.checks[0].Evidence != want {
			t.Errorf("%s: %+v", address, d.checks)
		}
	}
}

// TestLate: that there was no time to find a container's process does not make
// it broken; that nobody names one does.
func TestLate(t *testing.T) {
	late := fmt.Errorf("find it: %w", resolver.ErrLate)
	silent := &resolver.ConnectError{Address: "/s", Kind: resolver.NoAnswer}
	for err, want := range map[error]health.Verdict{late: health.Degraded, context.DeadlineExceeded: health.Degraded, silent: health.Broken} {
		entered := newLook(Config{}).entry(found{err: err, late: isLate(err)})
		if got := (health.Report{Checks: entered.checks}).Verdict(); got != want {
			t.Errorf("%v: %s, want %s", err, got, want)
		}
	}
}
