package differential

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// refusals are configurations that are not in the matrix because runc makes no
// such container.
var refusals = []struct {
	what    string
	spec    func(*specs.Spec)
	message string // part of runc's
}{
	{"user namespace without user 0", userNamespace(1000, 1000), "user namespaces enabled, but no mapping found for uid 0"},
	{"user namespace without group 0", userNamespace(0, 1000), "user namespaces enabled, but no mapping found for gid 0"},
	{"user namespace and the host's pid", func(s *specs.Spec) {
		userNamespace(0, 0)(s)
		testbed.WithoutNamespace(s, specs.PIDNamespace)
	}, "operation not permitted"},
	{"variable without =", func(s *specs.Spec) { s.Process.Env = append(s.Process.Env, "NAME") }, "missing '='"},
	{"variable without a name", func(s *specs.Spec) { s.Process.Env = append(s.Process.Env, "=x") }, "name cannot be empty"},
	{"relative cwd", func(s *specs.Spec) { s.Process.Cwd = "desk" }, "must be an absolute path"},
	{"scheduler in a user namespace", func(s *specs.Spec) {
		userNamespace(0, 0)(s)
		s.Process.Scheduler = &specs.Scheduler{Policy: specs.SchedDeadline, Runtime: 1e6, Deadline: 9e6, Period: 9e6}
	}, "operation not permitted"},
}

// userNamespace maps one user and one group.
func userNamespace(uid, gid uint32) func(*specs.Spec) {
	return func(s *specs.Spec) {
		s.Linux.Namespaces = append(s.Linux.Namespaces, specs.LinuxNamespace{Type: specs.UserNamespace})
		s.Linux.UIDMappings = []specs.LinuxIDMapping{{ContainerID: uid, HostID: shift + uid, Size: 1}}
		s.Linux.GIDMappings = []specs.LinuxIDMapping{{ContainerID: gid, HostID: shift + gid, Size: 1}}
		s.Process.User = specs.User{UID: uid, GID: gid}
	}
}

// TestRefusedByRunc checks that the configurations that the matrix lacks are
// still such that there is nothing to compare with.
func TestRefusedByRunc(t *testing.T) {
	s := newSetting(t)
	w := newWorld(t, s)
	plain := w.run(t, configuration{})
	for i, r := range refusals {
		t.Run(r.what, func(t *testing.T) {
			spec := clone(t, plain.spec)
			spec.Linux.CgroupsPath += fmt.Sprint("-refused-", i)
			r.spec(spec)
			bundle := filepath.Join(s.bed.Dir, fmt.Sprint("bundle-", i))
			data, _ := json.Marshal(spec)
			testbed.WriteFile(t, filepath.Join(bundle, "config.json"), string(data), 0o600)
			id := fmt.Sprintf("%s-%d", plain.ID, i)
			got := testbed.Run(t, exec.Command(s.newest, "--root", filepath.Join(s.bed.Dir, "states"), "run", "--detach", "--bundle", bundle, id))
			if got.Code == 0 {
				t.Fatal("runc makes it: it belongs into the matrix")
			}
			if !strings.Contains(got.Stderr, r.message) {
				t.Errorf("runc's message is %q, not %q", got.Stderr, r.message)
			}
		})
	}
}

func clone(t *testing.T, spec *specs.Spec) *specs.Spec {
	t.Helper()
	data, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	var copied specs.Spec
	if err := json.Unmarshal(data, &copied); err != nil {
		t.Fatal(err)
	}
	return &copied
}

// TestUserNamespaceWithoutRoot: what runc does not make, others do: unshare(1),
// and the rootless engines. Sidestep enters it as init is there.
func TestUserNamespaceWithoutRoot(t *testing.T) {
	bed := testbed.Start(t, testbed.V2())
	cmd := exec.Command("unshare", "--user", "--map-user=1000", "--map-group=1000", "--pid", "--mount", "--fork", "sleep", "86400")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = cmd.Process.Kill(), cmd.Wait() }()
	var pid string
	testbed.Eventually(t, 5*time.Second, "sleep runs", func() bool {
		children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", cmd.Process.Pid))
		pid = strings.TrimSpace(string(children))
		arguments, _ := os.ReadFile("/proc/" + pid + "/cmdline")
		return strings.HasPrefix(string(arguments), "sleep")
	})
	defer func() { _ = exec.Command("kill", "-KILL", pid).Run() }()
	init := process{dir: "/proc/" + pid}
	got := bed.Output(t, "exec", "pid:"+pid, "/bin/cat", "/proc/self/uid_map", "/proc/self/setgroups", "/proc/self/status")
	for _, want := range []string{init.read("uid_map"), "deny", "Uid:\t1000\t1000\t1000\t1000", "Gid:\t1000\t1000\t1000\t1000"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in what the command sees:\n%s", want, got)
		}
	}
}
