package hostile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestSockets: CVE-2020-15257. A container in the host's network namespace
// reaches every abstract socket: neither sidestep nor the executor, which waits
// here in the middle of its way, has one.
func TestSockets(t *testing.T) {
	s := newStage(t)
	c := s.Run(t, testbed.Container{Rootfs: s.rootfs(t), Spec: func(spec *specs.Spec) {
		testbed.WithoutNamespace(spec, specs.NetworkNamespace)
		testbed.WithoutMount(spec, "/sys")
	}})
	cmd := s.slowly("clone", "exec", "-i", c.ID, "/bin/cat")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan testbed.Result, 1)
	go func() { ended <- testbed.Run(t, cmd) }()
	sockets, running := map[string]bool{}, false
	testbed.Eventually(t, 20*time.Second, "the command runs", func() bool {
		links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
		for _, link := range links {
			target, _ := os.Readlink(link)
			inode, isSocket := strings.CutPrefix(target, "socket:[")
			if !isSocket {
				continue
			}
			comm, _ := os.ReadFile(filepath.Dir(filepath.Dir(link)) + "/comm")
			if string(comm) == "sidestep\n" {
				sockets[strings.TrimSuffix(inode, "]")] = true
			}
		}
		names, _ := os.ReadFile("/proc/net/unix")
		for line := range strings.Lines(string(names)) {
			// Num: RefCount Protocol Flags Type St Inode Path
			if f := strings.Fields(line); len(f) == 8 && sockets[f[6]] && strings.HasPrefix(f[7], "@") {
				t.Errorf("an abstract socket: %s", line)
			}
		}
		for _, p := range s.Processes() {
			running = running || p.Comm == "cat" && strings.HasPrefix(p.Args, "/bin/cat")
		}
		return running
	})
	_ = stdin.Close()
	testbed.Equal(t, "cat", (<-ended).Code, 0)
	if len(sockets) < 2 {
		t.Errorf("%d sockets were seen: this is no test", len(sockets))
	}
}
