package plan_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

var update = flag.Bool("update", false, "write the files of testdata anew")

// What --dry-run prints is read by people: a change is to be looked at.
func TestPlanInWords(t *testing.T) {
	spec := dockerSpec()
	spec.Process.ApparmorProfile = "docker-default"
	spec.Process.Rlimits = []specs.POSIXRlimit{{Type: "RLIMIT_NOFILE", Soft: 1024, Hard: 524288}}
	score := 100
	spec.Process.OOMScoreAdj = &score
	docker := decide(t, dockerFacts(), spec, plan.Request{
		ID: "4d6", Args: []string{"sh", "-c", "echo \x1b[2J\n"}, Env: []string{"NOTE=a\nb"}})

	f := withUserNamespace(dockerFacts())
	f.SetgroupsDenied = true
	f.Cgroups = []proc.Membership{v1("8", "cpu,cpuacct", "/lxc/c1"), v1("1", "name=systemd", "/lxc/c1")}
	f.Status.SeccompFilters = -1
	userns := decide(t, f, nil, plan.Request{
		Args: []string{"/bin/bash", "-l"}, User: "app", TTY: true, Privileged: true, NoNewPrivs: true, PreserveFDs: 2})

	for file, p := range map[string]*plan.Plan{"docker.txt": docker, "userns-tty.txt": userns} {
		file = filepath.Join("testdata", file)
		got := strings.Join(p.Lines(), "\n") + "\n"
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs; go test -update writes it anew. It would be:\n%s", file, got)
		}
	}
}

// What a container chose is quoted: it may hold escape codes (CVE-2021-25743).
func TestPlanInWordsHoldsNoControlCharacters(t *testing.T) {
	const evil = "\x1b]0;x\a\r\n"
	spec := dockerSpec()
	spec.Process.Env, spec.Process.Cwd = []string{"A=" + evil}, "/"+evil
	spec.Process.ApparmorProfile, spec.Process.SelinuxLabel = evil, evil
	f := dockerFacts()
	f.Cgroups = v2("/docker-4d6.scope/" + evil)
	p := decide(t, f, spec, plan.Request{ID: evil, Args: []string{"/" + evil, evil}, User: "0"})
	for _, line := range p.Lines() {
		if strings.ContainsAny(line, "\x1b\a\r\n") {
			t.Errorf("%q", line)
		}
	}
}
