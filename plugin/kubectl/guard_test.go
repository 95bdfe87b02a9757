package kubectl

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// TestGuard: a guard takes over when the pipe ends without a word, unless
// another call has the helper.
func TestGuard(t *testing.T) {
	c := newCaller(t)
	var taken []string
	c.attaching(func(_ context.Context, _ *cluster, pod *corev1.Pod) (*nodeSession, error) {
		taken = append(taken, pod.Namespace+"/"+pod.Name)
		return c.app.open(t.Context(), c.cluster, place{})
	})
	guard := func(said string) {
		t.Helper()
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if _, err := w.WriteString(said); err != nil {
			t.Fatal(err)
		}
		w.Close()
		c.stdin = r
		if code := c.run(t, "--helper-namespace=tools", guardName, "sidestep-kept-1"); code != 0 {
			t.Errorf("exit code %d, %s", code, c.err.String())
		}
	}
	dir, err := cacheDir()
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	guard("over\n")
	unlock, err := lockFile(filepath.Join(dir, "sidestep-kept-1.lock"))
	if err != nil {
		t.Fatal(err)
	}
	guard("")
	if taken != nil {
		t.Errorf("taken over: %q", taken)
	}
	unlock()
	guard("")
	if !slices.Equal(taken, []string{"tools/sidestep-kept-1"}) {
		t.Errorf("taken over: %q", taken)
	}
}

// TestGuardFlags: a guard speaks with the same cluster.
func TestGuardFlags(t *testing.T) {
	c := newCaller(t, many())
	c.run(t, "exec", "--context", "x y", "--as-group", "a,b", "--as-group=c", "--keep", "-n", "shop", "many", "--", "name")
	want := []string{"--as-group=a,b", "--as-group=c", "--context=x y", "--keep=true", "--namespace=shop"}
	if got := flagsOf(c.flags); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
