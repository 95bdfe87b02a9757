package kube

import (
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// cluster is the cluster of the tests, with the pods of podManifests.
type cluster struct{ *testbed.Kubernetes }

// start starts the cluster and its pods.
func start(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{testbed.StartKubernetes(t)}
	c.ImportImages(t, testbed.Sidestep)
	c.Apply(t, podManifests)
	c.AwaitPods(t, "default", "kind=target", 3)
	return c
}

// podManifests are the pods that commands are run in. None takes time to end.
var podManifests = strings.NewReplacer("BUSYBOX", testbed.Busybox, "DISTROLESS", testbed.Distroless).Replace(`
apiVersion: v1
kind: Pod
metadata:
  name: app
  labels: {kind: target}
  annotations: {kubectl.kubernetes.io/default-container: second}
spec:
  terminationGracePeriodSeconds: 0
  initContainers:
  - {name: sidecar, image: "BUSYBOX", command: [sleep, "86400"], restartPolicy: Always, env: [{name: C, value: sidecar}]}
  containers:
  - {name: first, image: "BUSYBOX", command: [sleep, "86400"], env: [{name: C, value: first}]}
  - {name: second, image: "BUSYBOX", command: [sleep, "86400"], env: [{name: C, value: second}]}
---
apiVersion: v1
kind: Pod
metadata:
  name: distroless
  labels: {kind: target}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - {name: app, image: "DISTROLESS"}
---
apiVersion: v1
kind: Pod
metadata:
  name: starting
  labels: {kind: starting}
spec:
  terminationGracePeriodSeconds: 0
  initContainers:
  - {name: slow, image: "BUSYBOX", command: [sleep, "86400"], env: [{name: C, value: slow}]}
  containers:
  - {name: app, image: "BUSYBOX", command: [sleep, "86400"]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, kind: target}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - {name: web, image: "BUSYBOX", command: [sleep, "86400"], env: [{name: C, value: web}]}
`)

// testCluster: what the other tests stand on, without sidestep.
func testCluster(t *testing.T, c *cluster) {
	testbed.Equal(t, "kubectl exec", c.Output(t, "exec", "app", "--", "sh", "-c", "echo $C"), "second")
	r := testbed.Run(t, c.Kubectl("exec", "app", "--", "sh", "-c", "exit 7"))
	testbed.Equal(t, "kubectl exec's exit code", r.Code, 7)
	if r := testbed.Run(t, c.KubectlAs(c.User(t, "nobody"), "get", "pods")); !strings.Contains(r.Stderr, "forbidden") {
		t.Errorf("a user without rights gets pods: %+v", r)
	}
}
