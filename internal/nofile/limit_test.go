package nofile_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/sidestep-dev/sidestep/internal/nofile"
)

// asChild makes the test say what its process was started with.
const asChild = "NOFILE_TEST_CHILD"

func TestStarted(t *testing.T) {
	if os.Getenv(asChild) != "" {
		var now syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &now); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(os.Stdout, "started with", nofile.Started(), "raised", now.Cur > nofile.Started().Soft)
		return
	}
	cmd := exec.Command("/bin/sh", "-c", `ulimit -Sn 123; ulimit -Hn 900; exec "$0" -test.run '^TestStarted$'`, os.Args[0])
	cmd.Env = append(os.Environ(), asChild+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "started with {123 900} raised true") {
		t.Errorf("%v: %s", err, out)
	}
}
