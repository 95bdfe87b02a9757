package faults

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func daemonFaults() []fault {
	return []fault{
		{name: "containerd stopped", inject: stopContainerd, named: []string{"containerd.process"}},
		{name: "containerd killed", inject: killContainerd, named: []string{"containerd.socket", "containerd.process"}},
		{name: "containerd's socket accepts, nobody answers", inject: muteContainerd, named: []string{"containerd.api"}},
		{name: "containerd's database locked", inject: lockDatabase, named: []string{"containerd.socket", "containerd.metadata"}},
		{name: "containerd out of descriptors", inject: exhaustDescriptors, named: []string{"containerd.fds"}},
		{name: "dockerd stopped", inject: stopDockerd, named: []string{"docker.api"}, ofDocker: true},
	}
}

func stopContainerd(t *testing.T, w *world) { testbed.Stop(t, w.bed.PID) }

func killContainerd(t *testing.T, w *world) {
	w.bed.Kill(t)
	t.Cleanup(func() { w.bed.Restart(t) })
}

// muteContainerd has something listen at containerd's socket that never says
// anything.
func muteContainerd(t *testing.T, w *world) {
	killContainerd(t, w)
	if err := os.Remove(w.bed.Address); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", w.bed.Address)
	if err != nil {
		t.Fatal(err)
	}
	accepted := make(chan net.Conn, 1000)
	go func() {
		defer close(accepted)
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		for c := range accepted {
			_ = c.Close()
		}
	})
}

// lockDatabase starts containerd while something else has its database: it
// waits for the lock before it listens (bbolt: flock in bolt_unix.go).
func lockDatabase(t *testing.T, w *world) {
	w.bed.Kill(t)
	path := filepath.Join(w.bed.Root(), "io.containerd.metadata.v1.bolt", "meta.db")
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	w.bed.Launch(t)
	t.Cleanup(func() {
		_ = file.Close()
		w.bed.Await(t)
	})
	testbed.Eventually(t, 10*time.Second, "containerd wants its database", func() bool {
		for _, target := range descriptors(w.bed.PID) {
			if target == path {
				return true
			}
		}
		return false
	})
}

// exhaustDescriptors leaves containerd no descriptor for one more connection.
func exhaustDescriptors(t *testing.T, w *world) {
	var before unix.Rlimit
	if err := unix.Prlimit(w.bed.PID, unix.RLIMIT_NOFILE, nil, &before); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Prlimit(w.bed.PID, unix.RLIMIT_NOFILE, &before, nil); err != nil {
			t.Error(err)
		}
	})
	for range 3 { // what was being closed is closed by the last time
		open := descriptors(w.bed.PID)
		limit := unix.Rlimit{Max: before.Max}
		for open[int(limit.Cur)] != "" {
			limit.Cur++
		}
		if err := unix.Prlimit(w.bed.PID, unix.RLIMIT_NOFILE, &limit, nil); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// descriptors returns what a process's open descriptors are.
func descriptors(pid int) map[int]string {
	found := map[int]string{}
	links, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	for _, link := range links {
		var n int
		if _, err := fmt.Sscan(filepath.Base(link), &n); err != nil {
			continue
		}
		if target, err := os.Readlink(link); err == nil {
			found[n] = strings.TrimSuffix(target, " (deleted)")
		}
	}
	return found
}

func stopDockerd(t *testing.T, w *world) { testbed.Stop(t, w.docker.PID) }
