package kube

import (
	"os"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// testRefused: what cannot work says so in one line, and what to do in
// another, and leaves nothing.
func testRefused(t *testing.T, c *cluster) {
	c.Apply(t, `{apiVersion: v1, kind: Namespace, metadata: {name: guarded, labels: {pod-security.kubernetes.io/enforce: restricted}}}`)
	c.Apply(t, `{apiVersion: v1, kind: Namespace, metadata: {name: tools}}`)
	c.Apply(t, strings.ReplaceAll(guardedPod, "BUSYBOX", testbed.Busybox))
	c.AwaitPods(t, "guarded", "app=guarded", 1)
	c.Apply(t, lostPod)
	c.Output(t, "patch", "pod", "lost", "--subresource=status", "-p", lostStatus)

	nobody, reader := c.User(t, "nobody"), c.User(t, "reader")
	c.Output(t, "create", "rolebinding", "reader", "--clusterrole=view", "--user=reader")
	elsewhere := c.pointedElsewhere(t)
	for name, test := range map[string]struct {
		kubeconfig string // "": the administrator's
		env        string
		args       []string
		errorText  string
		hintText   string
	}{
		"RBAC":           {kubeconfig: nobody, args: []string{"exec", "app", "--", "true"}, errorText: "forbidden", hintText: "kubectl sidestep rbac"},
		"RBAC, helper":   {kubeconfig: reader, args: []string{"exec", "app", "--", "true"}, errorText: "forbidden", hintText: "kubectl sidestep rbac"},
		"RBAC, fan-out":  {kubeconfig: nobody, args: []string{"exec", "--all", "--", "true"}, errorText: "forbidden", hintText: "kubectl sidestep rbac"},
		"RBAC, node":     {kubeconfig: reader, args: []string{"node", testbed.Node, "--", "true"}, errorText: "forbidden", hintText: "kubectl sidestep rbac"},
		"PodSecurity":    {args: []string{"exec", "-n", "guarded", "guarded", "--", "true"}, errorText: "PodSecurity", hintText: "--helper-namespace"},
		"node gone":      {args: []string{"exec", "lost", "--", "true"}, errorText: "no-such-node"},
		"no such node":   {args: []string{"node", "no-such-node", "--", "true"}, errorText: "no-such-node"},
		"image missing":  {env: "SIDESTEP_IMAGE=registry.test/absent:1", args: []string{"exec", "--pod-running-timeout=20s", "app", "--", "true"}, errorText: "registry.test/absent:1", hintText: "--image"},
		"another image":  {env: "SIDESTEP_IMAGE=" + testbed.Busybox, args: []string{"exec", "app", "--", "true"}, errorText: "/sidestep"},
		"no image named": {env: "SIDESTEP_IMAGE=", args: []string{"exec", "app", "--", "true"}, errorText: "image", hintText: "--image"},
		"wrong context":  {args: []string{"exec", "--context", "absent", "app", "--", "true"}, errorText: "absent", hintText: "get-contexts"},
		"no cluster":     {kubeconfig: elsewhere, args: []string{"exec", "app", "--", "true"}, errorText: "198.18.0.1:9"},
		"no kubeconfig":  {kubeconfig: "/absent", args: []string{"exec", "app", "--", "true"}},
	} {
		t.Run(name, func(t *testing.T) {
			if test.kubeconfig == "" {
				test.kubeconfig = c.Kubeconfig
			}
			cmd := c.as(test.kubeconfig, test.args...)
			cmd.Env = append(cmd.Env, test.env)
			testbed.ExpectFailure(t, testbed.Run(t, cmd), 125, test.errorText, test.hintText)
			c.nothingLeft(t)
		})
	}

	t.Run("node does not answer", func(t *testing.T) {
		stop(t, c.kubelet(t))
		r := c.run(t, "exec", "--pod-running-timeout=4s", "app", "--", "true")
		testbed.ExpectFailure(t, r, 125, "does not run after 4s", "kubectl describe node "+testbed.Node)
		testbed.Equal(t, "helper pods", len(c.helpers(t)), 0) // while the node is silent
	})
	c.nothingLeft(t)

	// The way out that the hint names.
	testbed.Equal(t, "with --helper-namespace",
		c.output(t, "exec", "-n", "guarded", "--helper-namespace=tools", "guarded", "--", "id", "-u"), "1000")
	c.nothingLeft(t)
}

// kubelet returns the PID of the node's kubelet.
func (c *cluster) kubelet(t *testing.T) int {
	t.Helper()
	for _, p := range c.Processes() {
		if strings.Contains(p.Args, "/kubelet --config=") {
			return p.PID
		}
	}
	t.Fatal("there is no kubelet")
	return 0
}

// guardedPod is a pod as the level "restricted" asks for.
const guardedPod = `
apiVersion: v1
kind: Pod
metadata: {name: guarded, namespace: guarded, labels: {app: guarded}}
spec:
  terminationGracePeriodSeconds: 0
  securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: c
    image: "BUSYBOX"
    command: [sleep, "86400"]
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
`

// lostPod is on a node that does not exist any more.
const lostPod = `
apiVersion: v1
kind: Pod
metadata: {name: lost}
spec:
  nodeName: no-such-node
  tolerations: [{operator: Exists}]
  terminationGracePeriodSeconds: 0
  containers:
  - {name: c, image: absent}
`

// lostStatus is what its kubelet said last.
const lostStatus = `{"status": {"phase": "Running", "containerStatuses": [{
	"name": "c", "image": "absent", "imageID": "", "ready": true, "restartCount": 0,
	"containerID": "containerd://0123456789abcdef", "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}]}}`

// pointedElsewhere returns a kubeconfig whose API server does not answer.
func (c *cluster) pointedElsewhere(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(c.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	file := c.Kubeconfig + "-elsewhere"
	testbed.WriteFile(t, file, strings.Replace(string(data), `https://198.18.0.1"`, `https://198.18.0.1:9"`, 1), 0o600)
	return file
}
