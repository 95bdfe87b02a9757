package testbed

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// criConfig is the configuration of a containerd that is a node's. Without
// restrict_oom_score_adj it would ask for a score that takes CAP_SYS_RESOURCE.
const criConfig = `version = 3
root = "%[1]s/root"
state = "%[1]s/state"
oom_score = 0
disabled_plugins = ["io.containerd.nri.v1.nri"]

[grpc]
  address = "%[2]s"

[ttrpc]
  address = "%[1]s/ttrpc.sock"

[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = "%[3]s"

[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dirs = ["` + pluginsDir + `"]
    conf_dir = "%[1]s/network"
  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
      BinaryName = "%[4]s"
      SystemdCgroup = false

[plugins."io.containerd.grpc.v1.cri"]
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
`

// kubeletConfig is the kubelet's. Its cgroups are below the bed's; it does
// without a packet filter, and without what a machine would have to be set up
// for.
const kubeletConfig = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: ` + nodeAddress + `
port: 10250
healthzPort: 0
tlsCertFile: %[1]s/pki/kubelet.crt
tlsPrivateKeyFile: %[1]s/pki/kubelet.key
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: %[1]s/pki/ca.crt}
authorization: {mode: Webhook}
containerRuntimeEndpoint: unix://%[2]s
cgroupDriver: cgroupfs
cgroupRoot: %[3]s
failCgroupV1: false
failSwapOn: false
makeIPTablesUtilChains: false
enforceNodeAllocatable: [none]
resolvConf: %[1]s/resolv.conf
podLogsDir: %[1]s/logs
volumePluginDir: %[1]s/volumeplugins
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 100Mi, nodefs.available: "1%%", imagefs.available: "1%%", nodefs.inodesFree: "1%%"}
syncFrequency: 10s
nodeStatusUpdateFrequency: 4s
`

// configureNode writes the files of the node's programs.
func (k *Kubernetes) configureNode(t testing.TB) {
	t.Helper()
	k.write(t, "config.toml", fmt.Sprintf(criConfig, k.Dir, k.Address, pause, k.Runc))
	k.write(t, "network/10-pods.conflist", fmt.Sprintf(network, k.scope.bridge(), k.Dir))
	k.write(t, "kubelet.yaml", fmt.Sprintf(kubeletConfig, k.Dir, k.Address, k.scope.cgroup()))
	k.write(t, "resolv.conf", "nameserver 127.0.0.1\n")
	for _, root := range hierarchies() {
		if err := os.MkdirAll(root+k.scope.cgroup(), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func (k *Kubernetes) write(t testing.TB, name, content string) {
	t.Helper()
	WriteFile(t, filepath.Join(k.Dir, name), content, 0o600)
}

func (k *Kubernetes) startKubelet(t testing.TB) {
	t.Helper()
	k.start(t, "kubelet", "--config="+filepath.Join(k.Dir, "kubelet.yaml"), "--kubeconfig="+k.pki.file("kubelet.kubeconfig"),
		"--hostname-override="+Node, "--node-ip="+nodeAddress, "--root-dir="+filepath.Join(k.Dir, "kubelet"), "--cert-dir="+filepath.Join(k.Dir, "serving"))
}

// logTail writes the last lines of a program's log to the test's.
func logTail(t testing.TB, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		return
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	t.Logf("the end of %s:\n%s", file, strings.Join(lines[max(0, len(lines)-8):], "\n"))
}
