package testbed

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// kubernetesTimeout bounds how long each part of a cluster takes until it
// answers, on a machine that does other things too.
const kubernetesTimeout = 2 * time.Minute

// Node is the name of a cluster's only node.
const Node = "node-1"

// Kubernetes is a private cluster of one node, whose runtime is the bed's
// containerd.
type Kubernetes struct {
	*Bed
	Kubeconfig string // the administrator's
	AuditLog   string // the API server's: one JSON object a line

	programs string // the directory of Kubernetes' own
	pki      *pki
	admin    *http.Client
}

// StartKubernetes starts a cluster, and removes it when the test ends. It has
// the images Busybox and Distroless, and pulls none.
func StartKubernetes(t testing.TB) *Kubernetes {
	t.Helper()
	k := &Kubernetes{Bed: newBed(t, V2()), programs: filepath.Join(Cache(), "kubernetes-v1.37.2")}
	k.AuditLog = filepath.Join(k.Dir, "audit.log")
	t.Cleanup(func() { k.complain(t) })
	if _, err := os.Stat(filepath.Join(k.programs, "stamp")); err != nil {
		t.Fatalf("Kubernetes in %s is missing: run hack/test as root, it builds it", k.programs)
	}
	if _, err := os.Stat(pluginsDir + "/ptp"); err != nil {
		t.Fatal("ptp (Debian package containernetworking-plugins) is missing: run hack/test as root, it installs it")
	}
	if err := k.scope.rememberSysctls(); err != nil {
		t.Fatal(err)
	}
	k.scope.makeLink(t, apiAddress+"/32", nodeAddress+"/32")
	k.makeCertificates(t)
	k.configureNode(t)
	k.startControlPlane(t)
	k.Restart(t)
	k.ImportImages(t, Busybox, Distroless, pause)
	k.waitControlPlane(t)
	k.startKubelet(t)
	k.await(t, "the node is ready", k.ready)
	k.await(t, "pods have a service account", func() bool {
		return k.get("/api/v1/namespaces/default/serviceaccounts/default", nil) == nil
	})
	return k
}

// complain shows what may say why a test failed.
func (k *Kubernetes) complain(t testing.TB) {
	if t.Failed() {
		for _, name := range []string{"kube-apiserver", "kubelet"} {
			logTail(t, k.log(name))
		}
	}
}

// start starts one of Kubernetes' programs.
func (k *Kubernetes) start(t testing.TB, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(filepath.Join(k.programs, name), args...)
	cmd.Env = k.environ()
	startDaemon(t, cmd, k.log(name))
}

func (k *Kubernetes) log(program string) string { return filepath.Join(k.Dir, program+".log") }

func (k *Kubernetes) await(t testing.TB, what string, ask func() bool) {
	t.Helper()
	Eventually(t, kubernetesTimeout, what, ask)
}

// get reads an object from the API server, as the administrator.
func (k *Kubernetes) get(path string, into any) error {
	response, err := k.admin.Get(apiURL + path)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("get %s: %s: %s", path, response.Status, body)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(body, into)
}

// ready reports whether the node is, as the API server says.
func (k *Kubernetes) ready() bool {
	var node struct{ Status status }
	return k.get("/api/v1/nodes/"+Node, &node) == nil && node.Status.ready()
}

// status is that of a node or a pod.
type status struct {
	Conditions []condition
}

type condition struct{ Type, Status string }

func (s status) ready() bool { return slices.Contains(s.Conditions, condition{"Ready", "True"}) }
