package hostile

import (
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// poisoned gives the container an environment that would change a program that
// took it for its own (CVE-2019-14271 and its kin).
func poisoned(s *specs.Spec) {
	s.Process.Env = append(s.Process.Env, "LD_PRELOAD=/poison.so", "LD_LIBRARY_PATH=/poison", "GODEBUG=gctrace=1,netdns=9",
		"GOTRACEBACK=crash", "GOMAXPROCS=x", "CONTAINERD_ADDRESS=/poison", "DOCKER_HOST=unix:///poison", "LOCALDOMAIN=poison")
}

// TestPoisonedEnvironment: it is the command's, and nothing to sidestep.
func TestPoisonedEnvironment(t *testing.T) {
	s := newStage(t)
	c := s.Run(t, testbed.Container{Rootfs: s.rootfs(t), Spec: poisoned})
	r := s.Sidestep(t, "exec", c.ID, "env")
	if r.Code != 0 || r.Stderr != "" || !strings.Contains(r.Stdout, "LD_PRELOAD=/poison.so\n") || !strings.Contains(r.Stdout, "GODEBUG=gctrace=1,netdns=9\n") {
		t.Errorf("%+v", r)
	}
}
