package races

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestVanishesWhileItIsRead: a process ends, and is waited for, while its
// files in /proc are read. It is shown whole, or said to be gone.
func TestVanishesWhileItIsRead(t *testing.T) {
	binary := testbed.Binary(t)
	entry := 10 * time.Millisecond
	shown, gone := 0, 0
	for n := range iterations {
		v := newVictim(t)
		var dies sync.WaitGroup
		dies.Go(func() {
			time.Sleep(rand.N(entry))
			v.bury()
		})
		r := testbed.Run(t, exec.Command(binary, "--address", "/nonexistent", "ns", fmt.Sprintf("pid:%d", v.pid())))
		dies.Wait()
		switch {
		case r.Code == 0 && strings.Count(r.Stdout, "\n") == 9 && strings.Contains(r.Stdout, v.uts):
			shown++
			entry -= entry / 8
		case r.Code == 125 && r.Stdout == "" && says(r.Stderr, "gone", "it has exited", "it has ended", "no such process"):
			gone++
			entry += entry / 8
		default:
			t.Errorf("%d: %+v", n, r)
		}
	}
	t.Logf("%d were shown, %d were gone", shown, gone)
	if shown == 0 || gone == 0 {
		t.Errorf("%d were shown and %d gone, want some of both", shown, gone)
	}
}
