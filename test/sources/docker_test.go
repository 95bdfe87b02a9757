package sources

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestDocker: by the name that only Docker knows, and by ID, while neither
// containerd nor Docker answers.
func TestDocker(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		docker := bed.StartDocker(t)
		id := docker.Run(t, "--name", "web", "--label", "com.docker.compose.service=front", "busybox", "sleep", "86400")
		pid := docker.InitPID(t, id)
		stop(t, bed.PID)
		stop(t, docker.PID)
		web := &testbed.Container{PID: pid}
		for _, reference := range []string{"web", "front", id, id[:12], "docker://web", "docker://" + id} {
			web.ID = reference
			enters(t, bed, web, "did not answer in")
		}
		for _, source := range sources {
			web.ID = "web"
			enters(t, bed, web, "", "--source", source)
			found, _ := rows(t, bed, soonList, "--source", source)
			testbed.Equal(t, "in the list by its "+source, found[id].PID, pid)
		}
		f := pidOf(t, bed, "--source", "runtime", "pid", "web")
		testbed.Equal(t, "name", fmt.Sprint(f.Name), "web")
		if who := bed.Output(t, "who", fmt.Sprint(pid)); !strings.Contains(who, "name       web\n") {
			t.Errorf("who does not name it:\n%s", who)
		}
		if _, err := os.Stat("/run/containerd/runc/moby/" + id); err == nil {
			t.Error("runc's state is in the usual place: the options of the runtime were not put to the test")
		}
		found, _ := rows(t, bed, soonList)
		testbed.Equal(t, "in the list", fmt.Sprint(found[id].PID, " ", found[id].State, " ", found[id].Name), fmt.Sprint(pid, " running web"))
	})
}

// TestPod: CRI's names are in the annotations of the bundles.
func TestPod(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		sandbox := bed.Run(t, inPod("shop", "cart-0", ""))
		app := bed.Run(t, inPod("shop", "cart-0", "app"))
		other := bed.Run(t, inPod("bank", "cart-0", "app"))
		nerdctl := bed.Run(t, testbed.Container{Labels: map[string]string{"nerdctl/name": "front"}}) // ctr makes annotations of labels
		stop(t, bed.PID)
		for reference, c := range map[string]*testbed.Container{
			"pod/shop/cart-0": app, "pod/shop/cart-0/app": app, "pod/bank/cart-0": other, "containerd://" + app.ID: app,
			app.ID[:len(app.ID)-1]: app, "front": nerdctl, sandbox.ID: sandbox,
		} {
			named := *c
			named.ID = reference
			enters(t, bed, &named, "did not answer in")
		}
		r := bed.Sidestep(t, "exec", "app", "true")
		testbed.ExpectFailure(t, r, 125, "ambiguous", "")
		for _, c := range []*testbed.Container{app, other} {
			if !strings.Contains(r.Stderr, c.ID) {
				t.Errorf("%s is not among the candidates:\n%s", c.ID, r.Stderr)
			}
		}
		found, _ := rows(t, bed, soonList)
		if pod := found[app.ID].Pod; pod == nil || pod.Namespace != "shop" || pod.Name != "cart-0" {
			t.Errorf("pod in the list: %+v", pod)
		}
	})
}
