package containers

import (
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// podContainer returns a container with the labels that containerd's CRI
// plugin gives one; the pod's sandbox when name is empty.
func podContainer(namespace, pod, name string) testbed.Container {
	labels := map[string]string{
		"io.kubernetes.pod.namespace": namespace,
		"io.kubernetes.pod.name":      pod,
		"io.kubernetes.pod.uid":       "7ee76d9c-0e0c-4c2b-a1bb-21b7a5d40c9a",
		"io.cri-containerd.kind":      "sandbox",
	}
	if name != "" {
		labels["io.kubernetes.container.name"] = name
		labels["io.cri-containerd.kind"] = "container"
	}
	return testbed.Container{Namespace: "k8s.io", Labels: labels}
}

func TestPod(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		bed.Run(t, podContainer("shop", "cart-0", ""))
		app := bed.Run(t, podContainer("shop", "cart-0", "app"))
		other := bed.Run(t, podContainer("bank", "till-0", "app"))
		bed.Run(t, podContainer("bank", "till-0", "proxy"))

		for _, reference := range []string{
			"pod/cart-0", "pod/shop/cart-0", "pod/shop/cart-0/app", app.ID, app.ID[:len(app.ID)-1], "containerd://" + app.ID,
		} {
			testbed.Equal(t, reference, bed.Output(t, "exec", reference, "readlink", "/proc/self/ns/mnt"), readlink(t, app.Proc("ns/mnt")))
		}
		testbed.Equal(t, "pod/bank/till-0/app",
			bed.Output(t, "exec", "pod/bank/till-0/app", "readlink", "/proc/self/ns/mnt"), readlink(t, other.Proc("ns/mnt")))

		r := bed.Sidestep(t, "exec", "pod/bank/till-0", "true")
		testbed.ExpectFailure(t, r, 125, "pod/bank/till-0", "pod/bank/till-0/")
		if !strings.Contains(r.Stderr, "proxy") {
			t.Errorf("the candidates are not listed:\n%s", r.Stderr)
		}
		r = bed.Sidestep(t, "exec", "pod/shop/till-0", "true")
		testbed.ExpectFailure(t, r, 125, "pod/shop/till-0", "")
	})
}

func TestNerdctlName(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{Labels: map[string]string{"nerdctl/name": "front", "nerdctl/namespace": "default"}})
		testbed.Equal(t, "front", bed.Output(t, "exec", "front", "readlink", "/proc/self/ns/mnt"), readlink(t, c.Proc("ns/mnt")))
	})
}
