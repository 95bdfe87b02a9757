package testbed

import (
	"crypto/x509/pkix"
	"path/filepath"
	"testing"
)

// makeCertificates makes those of the components and the administrator, and
// their kubeconfigs.
func (k *Kubernetes) makeCertificates(t testing.TB) {
	t.Helper()
	k.pki = newPKI(t, filepath.Join(k.Dir, "pki"))
	k.pki.issue(t, "kube-apiserver", pkix.Name{CommonName: "kube-apiserver", Organization: []string{"system:masters"}}, apiAddress)
	k.pki.issue(t, "kubelet", pkix.Name{CommonName: "system:node:" + Node, Organization: []string{"system:nodes"}}, nodeAddress)
	k.pki.issue(t, "admin", pkix.Name{CommonName: "admin", Organization: []string{"system:masters"}})
	k.Kubeconfig = k.pki.kubeconfig(t, "admin")
	k.pki.kubeconfig(t, "kubelet")
	for _, component := range controllers {
		k.pki.issue(t, component, pkix.Name{CommonName: "system:" + component})
		k.pki.kubeconfig(t, component)
	}
	k.admin = k.pki.client(t, "admin")
}

// User makes a user with no rights but those that RBAC gives them, and returns
// the path of their kubeconfig.
func (k *Kubernetes) User(t testing.TB, name string) string {
	t.Helper()
	k.pki.issue(t, name, pkix.Name{CommonName: name})
	return k.pki.kubeconfig(t, name)
}

// controllers are the components that ask the API server what to do.
var controllers = []string{"kube-controller-manager", "kube-scheduler"}

// auditPolicy asks for the metadata of every request, URL included, and for
// the bodies of those about pods.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: RequestResponse, resources: [{group: "", resources: [pods, pods/exec, pods/attach]}]}
- {level: Metadata}
`

func (k *Kubernetes) startControlPlane(t testing.TB) {
	t.Helper()
	const store = "http://" + apiAddress + ":2379"
	k.start(t, "etcd", "--data-dir="+filepath.Join(k.Dir, "etcd"), "--client-url="+store, "--peer-url=http://"+apiAddress+":2380")
	policy := filepath.Join(k.Dir, "audit.yaml")
	WriteFile(t, policy, auditPolicy, 0o600)
	k.start(t, "kube-apiserver",
		"--etcd-servers="+store, "--bind-address="+apiAddress, "--secure-port=443", "--advertise-address="+apiAddress,
		"--service-cluster-ip-range="+serviceNetwork, "--allow-privileged=true",
		"--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
		"--client-ca-file="+k.pki.file("ca.crt"),
		"--tls-cert-file="+k.pki.file("kube-apiserver.crt"), "--tls-private-key-file="+k.pki.file("kube-apiserver.key"),
		"--service-account-issuer="+apiURL, "--service-account-key-file="+k.pki.file("ca.key"),
		"--service-account-signing-key-file="+k.pki.file("ca.key"),
		"--kubelet-client-certificate="+k.pki.file("kube-apiserver.crt"), "--kubelet-client-key="+k.pki.file("kube-apiserver.key"),
		"--kubelet-certificate-authority="+k.pki.file("ca.crt"), "--kubelet-preferred-address-types=InternalIP",
		"--audit-policy-file="+policy, "--audit-log-path="+k.AuditLog,
		"--profiling=false")
}

// waitControlPlane waits for the API server, and starts those that ask it.
func (k *Kubernetes) waitControlPlane(t testing.TB) {
	t.Helper()
	k.await(t, "the API server is ready", func() bool { return k.get("/readyz", nil) == nil })
	for _, component := range controllers {
		kubeconfig := k.pki.file(component + ".kubeconfig")
		args := []string{
			"--kubeconfig=" + kubeconfig, "--authentication-kubeconfig=" + kubeconfig, "--authorization-kubeconfig=" + kubeconfig,
			"--bind-address=" + apiAddress, "--cert-dir=" + filepath.Join(k.Dir, "serving"), "--leader-elect=false", "--profiling=false",
		}
		if component == "kube-controller-manager" {
			args = append(args, "--use-service-account-credentials=true", "--root-ca-file="+k.pki.file("ca.crt"),
				"--service-account-private-key-file="+k.pki.file("ca.key"))
		}
		k.start(t, component, args...)
	}
}
