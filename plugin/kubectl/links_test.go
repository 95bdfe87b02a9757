package kubectl

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// ofNodes is what only the program of a node links: what enters containers and
// finds them, and its command line.
var ofNodes = []string{
	"github.com/sidestep-dev/sidestep/nsenter", "github.com/sidestep-dev/sidestep/resolver", "github.com/urfave/", "github.com/containerd/",
}

func TestProgramIsNoNode(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "../../cmd/kubectl-sidestep").Output()
	if err != nil {
		t.Fatalf("list what is linked: %v", err)
	}
	linked := strings.Fields(string(out))
	if slices.Contains(linked, "github.com/sidestep-dev/sidestep/plugin") {
		t.Error("kubectl-sidestep links plugin")
	}
	for _, pkg := range linked {
		for _, prefix := range ofNodes {
			if strings.HasPrefix(pkg, prefix) {
				t.Errorf("kubectl-sidestep links %s", pkg)
			}
		}
	}
}
