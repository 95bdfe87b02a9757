package hostile

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func itoa(n int) string { return strconv.Itoa(n) }

// TestInheritable: CVE-2022-29162 and its kin. More capabilities for one
// command are none for what it executes by file capabilities, and a caller who
// has such capabilities passes none on.
func TestInheritable(t *testing.T) {
	s := newStage(t)
	c := s.Run(t, testbed.Container{Spec: func(*specs.Spec) {}})
	for _, flags := range [][]string{nil, {"--privileged"}, {"--cap-add", "NET_ADMIN"}, {"-u", "dev"}, {"--privileged", "-u", "dev"}} {
		args := append(append([]string{"exec"}, flags...), c.ID, "grep", "-E", "^Cap(Inh|Amb)", "/proc/self/status")
		cmd := s.Command(args...)
		cmd.Args = append([]string{"setpriv", "--inh-caps", "+chown,+sys_admin", "--ambient-caps", "+chown,+sys_admin"}, cmd.Args...)
		cmd.Path, cmd.Err = exec.LookPath("setpriv")
		r := testbed.Run(t, cmd)
		testbed.Equal(t, strings.Join(flags, " "), r.Stdout, "CapInh:\t0000000000000000\nCapAmb:\t0000000000000000\n")
	}
}

// TestGroups: CVE-2023-25173 and CVE-2022-36109. The groups are those of the
// user that was asked for, its own among them, and one that the container was given,
// and not those of the container's user.
func TestGroups(t *testing.T) {
	s := newStage(t)
	c := s.Run(t, testbed.Container{Spec: func(spec *specs.Spec) {
		spec.Process.User = specs.User{UID: 1000, GID: 1000, AdditionalGids: []uint32{1000, 33, 10, 4242}}
	}})
	for user, want := range map[string]string{
		"": "10 33 1000 4242", "dev": "10 33 1000 4242", "1000": "10 33 1000 4242", "dev:33": "33 4242", "1000:7": "7 4242",
		"www": "33 4242", "5": "0 4242", "root": "0 4242",
	} {
		args := []string{"exec", c.ID, "grep", "^Groups", "/proc/self/status"}
		if user != "" {
			args = append([]string{"exec", "-u", user}, args[1:]...)
		}
		groups := strings.Fields(s.Output(t, args...))[1:]
		have := map[string]bool{}
		for _, g := range groups {
			have[g] = true
		}
		have[map[string]string{"": "1000", "dev": "1000", "1000": "1000", "dev:33": "33", "1000:7": "7", "www": "33", "5": "0", "root": "0"}[user]] = true
		for _, g := range strings.Fields(want) {
			if !have[g] {
				t.Errorf("-u %q: groups %v, want %s", user, groups, want)
			}
		}
		if len(have) != len(strings.Fields(want)) {
			t.Errorf("-u %q: groups %v, want %s", user, groups, want)
		}
	}
}

// TestSizes: as CVE-2021-43784 had it, lengths that a message could lose: a
// megabyte of arguments and environment, with all that separates something
// somewhere.
func TestSizes(t *testing.T) {
	s := newStage(t)
	c := s.Run(t, testbed.Container{Spec: func(*specs.Spec) {}})
	piece := strings.Repeat("a,b:c;d=e\nf\tg\\0 h\x01\x1b\xff", 5000) // of at most 128 KiB, see execve(2)
	const pieces = 5
	args, env, sum := []string{}, []string{}, ""
	for range pieces {
		args = append(args, piece)
		sum += piece
	}
	for i := range pieces {
		env = append(env, "-e", "V"+itoa(i)+"="+piece)
	}
	line := append(append([]string{"exec"}, env...), c.ID, "sh", "-c", `printf %s "$@" "$V0$V1$V2$V3$V4" | md5sum`, "sh")
	got := s.Output(t, append(line, args...)...)
	check := exec.Command("md5sum")
	check.Stdin = strings.NewReader(sum + sum)
	testbed.Equal(t, "all arguments and variables", got, strings.TrimSpace(testbed.Run(t, check).Stdout))
	testbed.Equal(t, "many", s.Output(t, append([]string{"exec", c.ID, "sh", "-c", `echo $#`, "sh"}, strings.Split(strings.Repeat("x", 50_000), "")...)...), "50000")
}
