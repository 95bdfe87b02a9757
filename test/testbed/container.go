package testbed

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// Container is a container to run. The zero value is one that sleeps, with
// ctr's own spec.
type Container struct {
	ID        string            // "": the bed gives it one
	Namespace string            // containerd's; "": "default"
	Labels    map[string]string // of containerd's record, such as CRI's
	Args      []string          // "": sleep
	Flags     []string          // further flags of ctr run
	Rootfs    string            // "": one of its own
	Spec      func(*specs.Spec) // changes the test bed's default spec, which is then used instead of ctr's

	PID int // of its init on the host
	bed *Bed
}

// Run runs a container through ctr and waits until its process has started.
func (b *Bed) Run(t testing.TB, c Container) *Container {
	t.Helper()
	c.complete(t, b)
	pidFile := filepath.Join(b.Dir, c.ID+".pid")
	args := []string{"--namespace", c.Namespace, "run", "--detach", "--null-io", "--pid-file", pidFile}
	for name, value := range c.Labels {
		args = append(args, "--label", name+"="+value)
	}
	args = append(args, c.Flags...)
	if c.Spec != nil {
		args = append(args, "--config", c.writeSpec(t), c.ID)
	} else {
		args = append(args, "--cgroup", c.Cgroup(), "--rootfs", c.Rootfs, c.ID)
		args = append(args, c.Args...)
	}
	b.Ctr(t, args...)
	data, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	if c.PID, err = strconv.Atoi(strings.TrimSpace(string(data))); err != nil {
		t.Fatal(err)
	}
	return &c
}

// complete gives the container what the test left out.
func (c *Container) complete(t testing.TB, b *Bed) {
	t.Helper()
	c.bed = b
	if c.ID == "" {
		c.ID = newID()
	}
	if c.Namespace == "" {
		c.Namespace = "default"
	}
	if len(c.Args) == 0 {
		c.Args = []string{"/bin/sleep", "86400"}
	}
	if c.Rootfs == "" {
		c.Rootfs = b.Rootfs(t)
	}
}

// newID returns an ID that no container of the host has: runc keeps the states
// of all daemons' containers in one directory. All are 12 characters long, so
// none is a prefix of another and tables show them whole.
func newID() string {
	var random [6]byte
	_, _ = rand.Read(random[:]) // it never fails, see crypto/rand
	return "c" + hex.EncodeToString(random[:])[:11]
}

// Cgroup returns the path of the container's cgroup.
func (c *Container) Cgroup() string {
	return filepath.Join(c.bed.scope.cgroup(), c.Namespace, c.ID)
}

func (c *Container) writeSpec(t testing.TB) string {
	t.Helper()
	spec := defaultSpec(c.Rootfs, c.Cgroup(), c.Args)
	if c.Spec != nil {
		c.Spec(spec)
	}
	data, err := json.MarshalIndent(spec, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(c.bed.Dir, c.ID+".json")
	WriteFile(t, file, string(data), 0o600)
	return file
}

// Ctr runs ctr in the container's containerd namespace.
func (c *Container) Ctr(t testing.TB, args ...string) string {
	t.Helper()
	return c.bed.Ctr(t, append([]string{"--namespace", c.Namespace}, args...)...)
}

// Exec runs a command in the container as ctr does it, the reference that
// sidestep is compared with, and returns its output.
func (c *Container) Exec(t testing.TB, args ...string) string {
	t.Helper()
	// Elsewhere they would be in a directory that all daemons share.
	fifos := filepath.Join(c.bed.Dir, "fifos")
	return c.Ctr(t, append([]string{"task", "exec", "--fifo-dir", fifos, "--exec-id", newID(), c.ID}, args...)...)
}

// Proc returns the path of a file of the /proc directory of the container's
// init, on the host.
func (c *Container) Proc(name string) string { return fmt.Sprintf("/proc/%d/%s", c.PID, name) }

// Path returns the path on the host of a file in the container's root.
func (c *Container) Path(name string) string { return filepath.Join(c.Rootfs, name) }

// ShimPID returns the PID of the container's shim, the parent of its init.
func (c *Container) ShimPID(t testing.TB) int {
	t.Helper()
	p, ok := processOf(c.PID)
	if !ok {
		t.Fatalf("the init of %s, process %d, is gone", c.ID, c.PID)
	}
	return p.PPID
}
