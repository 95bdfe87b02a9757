package session

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// fakePrograms are an ssh whose every host is this one, and a sudo that is root
// already, by their names. "HOST -- TEXT": a shell gets the text, as sshd gives it one.
var fakePrograms = map[string]string{
	"ssh":  "#!/bin/sh\n[ \"$2\" = -- ] || exit 255\nPATH=$NODE_PATH exec sh -c \"$3\"\n",
	"sudo": "#!/bin/sh\n[ \"$1\" = -n ] || exit 1\nshift\nexec \"$@\"\n",
}

// workstation is kubectl-sidestep and an ssh to a node that has no sidestep yet.
type workstation struct {
	dir  string
	node string // the directory of the node's programs
}

func newWorkstation(t *testing.T) *workstation {
	t.Helper()
	testbed.Require(t)
	w := &workstation{dir: t.TempDir(), node: t.TempDir()}
	// With the flags of the cluster's tests, so that it is compiled once.
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(w.dir, "kubectl-sidestep"), "../../cmd/kubectl-sidestep")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build kubectl-sidestep: %v\n%s", err, out)
	}
	testbed.WriteFile(t, filepath.Join(w.dir, "ssh"), fakePrograms["ssh"], 0o755)
	testbed.WriteFile(t, filepath.Join(w.node, "sudo"), fakePrograms["sudo"], 0o755)
	config := `{apiVersion: v1, kind: Config, current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}],
		clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}], users: [{name: u, user: {}}]}`
	testbed.WriteFile(t, filepath.Join(w.dir, "config"), config, 0o600)
	return w
}

// install gives the node sidestep.
func (w *workstation) install(t *testing.T) {
	t.Helper()
	if err := os.Symlink(testbed.Binary(t), filepath.Join(w.node, "sidestep")); err != nil {
		t.Fatal(err)
	}
}

func (w *workstation) command(args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(w.dir, "kubectl-sidestep"), args...)
	cmd.Env = append(os.Environ(), "PATH="+w.dir+":"+os.Getenv("PATH"), "NODE_PATH="+w.node+":/usr/bin:/bin",
		"KUBECONFIG="+filepath.Join(w.dir, "config"), "SIDESTEP_VIA=ssh")
	return cmd
}

// TestOverSSH: the way to a node that needs no pod, whole, with kubectl's
// program and the node's.
func TestOverSSH(t *testing.T) {
	w := newWorkstation(t)
	r := testbed.Run(t, w.command("node", "n1", "--", "true"))
	testbed.ExpectFailure(t, r, 125, `node "n1" has no sidestep`, "--node-binary")
	cmd := w.command("node", "n1", "--node-binary", testbed.Binary(t), "--", "true")
	r = testbed.Run(t, cmd) // nobody can agree
	testbed.ExpectFailure(t, r, 125, `node "n1" has no sidestep`, "install -m 755")

	w.install(t)
	r = testbed.Run(t, w.command("node", "n1", "--", "sh", "-c", "echo $0 $1; echo err >&2; exit 7", "a b", "it's"))
	testbed.Equal(t, "result", r, testbed.Result{Stdout: "a b it's\n", Stderr: "err\n", Code: 7})
	r = testbed.Run(t, w.command("node", "n1", "--", "readlink", "/proc/self/ns/mnt"))
	want, _ := os.Readlink("/proc/1/ns/mnt")
	testbed.Equal(t, "mount namespace", strings.TrimSpace(r.Stdout), want)
	r = testbed.Run(t, w.command("node", "n1", "--", "no-such-command"))
	testbed.ExpectFailure(t, r, 127, "no-such-command", "")
	cmd = w.command("node", "n1", "-i", "--", "wc", "-c")
	cmd.Stdin = strings.NewReader(strings.Repeat("x", 3<<20))
	testbed.Equal(t, "bytes", strings.TrimSpace(testbed.Run(t, cmd).Stdout), "3145728")
	r = testbed.Run(t, w.command("exec", "pod", "--", "true"))
	testbed.ExpectFailure(t, r, 125, "connection refused", "cluster-info")
}

// relay is an ssh that has a part of its own in the session, as ssh has: what
// ends it ends the session, and the node's end does not get the keys that it gets.
const relay = "#!/bin/sh\ncat | env --default-signal PATH=$NODE_PATH setsid sh -c \"$3\" | cat\n"

// TestOverSSHKeys: the keys of a terminal are for the command, and ssh stays.
func TestOverSSHKeys(t *testing.T) {
	w := newWorkstation(t)
	w.install(t)
	testbed.WriteFile(t, filepath.Join(w.dir, "ssh"), relay, 0o755)
	for key, name := range map[string]string{"\x03": "INT", "\x1c": "QUIT"} {
		script := "trap 'echo caught; exit 9' " + name + "; echo ready; while :; do sleep 0.1; done"
		s := testbed.StartTerminal(t, w.command("node", "n1", "--", "sh", "-c", script), 30*time.Second)
		s.Expect(t, "ready\r\n")
		s.Send(t, key)
		s.Expect(t, "caught\r\n")
		testbed.Equal(t, "exit code after SIG"+name, s.Wait(t), 9)
	}
}

// TestOverSSHKilled: the client is killed, and its command is gone.
func TestOverSSHKilled(t *testing.T) {
	w := newWorkstation(t)
	w.install(t)
	cmd := w.command("node", "n1", "--", "sleep", "4711")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	testbed.Eventually(t, 20*time.Second, "the command runs", runs)
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	deadline := time.Now().Add(soon)
	for runs() && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	if runs() {
		t.Errorf("the command runs %v after its client was killed", soon)
	}
}
