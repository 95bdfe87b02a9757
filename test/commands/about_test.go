package commands

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func TestVersion(t *testing.T) {
	bed := testbed.Start(t, testbed.Debian())
	if out := bed.Output(t, "version"); !strings.Contains(out, "sidestep") || !strings.Contains(out, "linux/") {
		t.Errorf("version: %s", out)
	}
	if out := bed.Output(t, "version", "-o", "json"); !json.Valid([]byte(out)) {
		t.Errorf("version -o json: %s", out)
	}
}

func TestHelp(t *testing.T) {
	bed := testbed.Start(t, testbed.Debian())
	for _, args := range [][]string{
		{}, {"--help"}, {"-h"}, {"help"}, {"exec", "--help"}, {"help", "exec"}, {"ps", "-h"}, {"task", "--help"},
	} {
		if out := bed.Output(t, args...); !strings.Contains(out, "sidestep") {
			t.Errorf("%v: %s", args, out)
		}
	}
}

// TestCompletion: bash takes the script, and containers are completed.
func TestCompletion(t *testing.T) {
	bed := testbed.Start(t, testbed.Debian())
	c := bed.Run(t, testbed.Container{})
	for _, shell := range []string{"bash", "zsh", "fish"} {
		if out := bed.Output(t, "completion", shell); !strings.Contains(out, "sidestep") {
			t.Errorf("completion %s: %s", shell, out)
		}
	}
	cmd := exec.Command("bash", "-euc", `PATH=$1:$PATH; source <(sidestep completion bash); complete -p sidestep`,
		"bash", filepath.Dir(testbed.Binary(t)))
	if r := testbed.Run(t, cmd); r.Code != 0 || !strings.Contains(r.Stdout, "sidestep") {
		t.Errorf("bash: %+v", r)
	}
	if out := bed.Output(t, "__complete", "exec", c.ID[:3]); !strings.Contains(out, c.ID) {
		t.Errorf("containers to complete: %s", out)
	}
	testbed.ExpectFailure(t, bed.Sidestep(t, "completion", "tcsh"), 125, "tcsh", "")
}
