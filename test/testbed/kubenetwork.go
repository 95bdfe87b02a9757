package testbed

// The addresses of a cluster are of 198.18.0.0/15, the network for tests of
// networks (RFC 2544), which the host should be in no need of. Those of the API
// server and the node are addresses of a bridge of the bed's, which goes with
// the bed. The first one of the services is the API server itself: so pods
// reach it without a kube-proxy, and the host's packet filter stays as it is.
const (
	serviceNetwork = "198.18.0.0/24"
	apiAddress     = "198.18.0.1"
	apiURL         = "https://" + apiAddress
	nodeAddress    = "198.18.1.1"
	podNetwork     = "198.18.2.0/24"
)

// pluginsDir is where Debian has the network plugins.
const pluginsDir = "/usr/lib/cni"

// network is the configuration of the pods' network: a pair of interfaces for
// each. Its name, that of the bed's bridge, is in what the plugins leave
// outside of the bed's directory.
const network = `{"cniVersion": "1.0.0", "name": "%[1]s", "plugins": [{
	"type": "ptp", "mtu": 1400, "ipMasq": false,
	"ipam": {"type": "host-local", "dataDir": "%[2]s/addresses",
		"ranges": [[{"subnet": "` + podNetwork + `"}]], "routes": [{"dst": "0.0.0.0/0"}]}}]}
`
