package testbed

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Kubectl returns a command of kubectl, as the administrator in the namespace
// "default". Plugins are found beside the binary under test.
func (k *Kubernetes) Kubectl(args ...string) *exec.Cmd { return k.KubectlAs(k.Kubeconfig, args...) }

// KubectlAs returns a command of kubectl with another kubeconfig, such as one
// that User made.
func (k *Kubernetes) KubectlAs(kubeconfig string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(k.programs, "kubectl"), args...)
	cmd.Env = append(os.Environ(),
		"KUBECONFIG="+kubeconfig, "HOME="+k.Dir, // where kubectl caches what the API server offers
		"PATH="+filepath.Dir(binary(filepath.Dir(k.Dir)))+":"+k.programs+":/usr/sbin:/usr/bin:/sbin:/bin")
	return cmd
}

// Output runs kubectl as the administrator, which must succeed, and returns
// its output without the last newline.
func (k *Kubernetes) Output(t testing.TB, args ...string) string {
	t.Helper()
	r := Run(t, k.Kubectl(args...))
	if r.Code != 0 {
		t.Fatalf("kubectl %s: exit code %d: %s", strings.Join(args, " "), r.Code, r.Stderr)
	}
	return strings.TrimSuffix(r.Stdout, "\n")
}

// Apply applies manifests as the administrator.
func (k *Kubernetes) Apply(t testing.TB, manifests string) {
	t.Helper()
	cmd := k.Kubectl("apply", "-f", "-")
	cmd.Stdin = strings.NewReader(manifests)
	if r := Run(t, cmd); r.Code != 0 {
		t.Fatalf("kubectl apply: %s\n%s", r.Stderr, manifests)
	}
}

// AwaitPods waits until as many pods with those labels as wanted are ready.
func (k *Kubernetes) AwaitPods(t testing.TB, namespace, labels string, want int) {
	t.Helper()
	k.await(t, fmt.Sprintf("%d pods with %s are ready", want, labels), func() bool {
		var list struct {
			Items []struct{ Status status }
		}
		if k.get("/api/v1/namespaces/"+namespace+"/pods?labelSelector="+url.QueryEscape(labels), &list) != nil {
			return false
		}
		ready := 0
		for _, pod := range list.Items {
			if pod.Status.ready() {
				ready++
			}
		}
		return ready == want
	})
}
