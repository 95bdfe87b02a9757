package testbed

import (
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
)

// bridges returns the names of the scope's network bridges.
func (s scope) bridges() []string {
	links, _ := net.Interfaces()
	var own []string
	for _, link := range links {
		if strings.HasPrefix(link.Name, s.bridge()) {
			own = append(own, link.Name)
		}
	}
	return own
}

func (s scope) removeBridges() {
	for _, name := range s.bridges() {
		_ = exec.Command("ip", "link", "delete", name).Run()
	}
}

// makeBridge makes a network bridge for a Docker daemon, in a network that no
// interface of the host is in, and returns its name.
func (s scope) makeBridge(t testing.TB) string {
	t.Helper()
	s.makeLink(t, freeNetwork(t))
	return s.bridge()
}

// makeLink makes the scope's bridge, with addresses.
func (s scope) makeLink(t testing.TB, addresses ...string) {
	t.Helper()
	name := s.bridge()
	commands := [][]string{{"link", "add", name, "type", "bridge"}}
	for _, address := range addresses {
		commands = append(commands, []string{"address", "add", address, "dev", name})
	}
	for _, args := range append(commands, []string{"link", "set", name, "up"}) {
		if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
			t.Fatalf("ip %s: %v: %s", strings.Join(args, " "), err, out)
		}
	}
}

func freeNetwork(t testing.TB) string {
	t.Helper()
	used, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for n := range 256 {
		gateway, network, _ := net.ParseCIDR(fmt.Sprintf("10.99.%d.1/24", n))
		free := true
		for _, address := range used {
			if other, ok := address.(*net.IPNet); ok && (network.Contains(other.IP) || other.Contains(gateway)) {
				free = false
			}
		}
		if free {
			return gateway.String() + "/24"
		}
	}
	t.Fatal("every network of 10.99.0.0/16 is in use")
	return ""
}
