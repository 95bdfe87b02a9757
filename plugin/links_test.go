package plugin

import (
	"os/exec"
	"strings"
	"testing"
)

// heavy is what the program does not link: it would be initialised at each
// start, or is for the other end of a session.
var heavy = []string{"k8s.io/", "sigs.k8s.io/", "google.golang.org/", "connectrpc.com/", "net/http", "github.com/spf13/"}

func TestProgramStaysLight(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "../cmd/sidestep").Output()
	if err != nil {
		t.Fatalf("list what is linked: %v", err)
	}
	for _, pkg := range strings.Fields(string(out)) {
		for _, prefix := range heavy {
			if strings.HasPrefix(pkg, prefix) {
				t.Errorf("sidestep links %s", pkg)
			}
		}
	}
}
