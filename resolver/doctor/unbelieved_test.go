package doctor

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/resolver"
	"github.com/sidestep-dev/sidestep/resolver/health"
)

// TestShimThatIsNotBelieved: a shim that is no monitor is not gone.
func TestShimThatIsNotBelieved(t *testing.T) {
	sh, err := os.ReadFile("/bin/sh")
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "containerd-shim-test")
	if err := os.WriteFile(program, sh, 0o700); err != nil {
		t.Fatal(err)
	}
	shim := exec.Command(program, "-c", "sleep 60 >/dev/null & echo $!; wait")
	said, err := shim.StdoutPipe()
	if err == nil {
		err = shim.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer shim.Wait()         //nolint:errcheck // it is killed
	defer shim.Process.Kill() //nolint:errcheck // it may have been already
	line, err := bufio.NewReader(said).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	init, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Kill(init, syscall.SIGKILL) //nolint:errcheck // it sleeps
	c := chain{container: resolver.Container{Namespace: "default", ID: "web"}, init: init}
	expect := func(status health.Status, evidence string) {
		t.Helper()
		var got health.Check
		for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			if got = newLook(Config{}).monitor(t.Context(), c).checks[0]; got.Status == status && strings.Contains(got.Evidence, evidence) {
				return
			}
		}
		t.Errorf("%+v, want %s: %s", got, status, evidence)
	}
	expect(health.Unknown, "nothing it says of files is believed")
	if err := shim.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	expect(health.Fail, "is stopped")
	if err := shim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = shim.Wait() // it was killed
	expect(health.Fail, "is gone")
}
