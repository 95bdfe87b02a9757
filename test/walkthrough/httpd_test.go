package walkthrough

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// site is a web server in a Docker container, with its port published on the
// host.
type site struct {
	bed  *testbed.Bed
	dock *testbed.Docker
	name string
	id   string
	port int
}

func startSite(t *testing.T, bed *testbed.Bed) site {
	t.Helper()
	s := site{bed: bed, dock: bed.StartDocker(t), name: "web", port: testbed.FreePort(t)}
	s.id = s.dock.Run(t, "--name", s.name, "--publish", fmt.Sprintf("127.0.0.1:%d:80", s.port),
		"busybox", "/bin/httpd", "-f", "-h", "/var/www")
	testbed.WaitHTTP(t, s.port)
	return s
}

func TestWalkThrough(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		s := startSite(t, bed)
		t.Run("hostname", s.hostname)
		t.Run("second page", s.secondPage)
		t.Run("namespaces", s.namespaces)
		t.Run("pid and nsenter", s.pidAndNsenter)
	})
}

// hostname: a Docker container's host name is its short ID, by whatever
// reference it is entered.
func (s site) hostname(t *testing.T) {
	short := s.id[:12]
	for _, reference := range []string{s.name, s.id, short, "docker://" + s.id, "containerd://" + s.id} {
		testbed.Equal(t, "hostname by "+reference, s.bed.Output(t, "exec", reference, "hostname"), short)
	}
}

func (s site) secondPage(t *testing.T) {
	s.bed.Output(t, "exec", s.name, "sh", "-c",
		"sed 's/It works/It works inside too/' /var/www/index.html > /var/www/index2.html")
	testbed.Equal(t, "index2.html", testbed.GetHTTP(t, s.port, "index2.html"), "<h1>It works inside too</h1>\n")
	testbed.Equal(t, "index.html", testbed.GetHTTP(t, s.port, ""), "<h1>It works</h1>\n")
}

// pidAndNsenter does the same with the PID that sidestep prints and
// util-linux's nsenter.
func (s site) pidAndNsenter(t *testing.T) {
	pid := s.bed.Output(t, "pid", s.name)
	testbed.Equal(t, "pid", pid, fmt.Sprint(s.dock.InitPID(t, s.name)))
	r := testbed.Run(t, exec.Command("nsenter", "--target", pid, "--all", "sh", "-c",
		"hostname; sed 's/It works/It works by nsenter/' /var/www/index.html > /var/www/index3.html"))
	testbed.Equal(t, "hostname by nsenter", strings.TrimSpace(r.Stdout), s.id[:12])
	testbed.Equal(t, "index3.html", testbed.GetHTTP(t, s.port, "index3.html"), "<h1>It works by nsenter</h1>\n")
}
