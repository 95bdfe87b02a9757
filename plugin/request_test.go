package plugin

import (
	"reflect"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

func TestRequest(t *testing.T) {
	o := execOptions{
		user: "0", env: list{"A=b"}, workdir: "/tmp", capAdd: list{"SYS_PTRACE"}, join: list{"net,mount", "uts"},
		preserveFDs: 1, container: "web", command: []string{"ls", "-l"}, pidFile: "f",
	}
	r, err := o.request(surroundings{lookupEnv: callerEnv})
	if err != nil {
		t.Fatal(err)
	}
	want := []proc.Namespace{proc.Net, proc.Mount, proc.UTS}
	if !reflect.DeepEqual(r.Join, want) || r.User != "0" || r.Cwd != "/tmp" || r.container.String() != "web" ||
		strings.Join(r.Args, " ") != "ls -l" || strings.Join(r.Env, " ") != "A=b" || r.PreserveFDs != 1 ||
		strings.Join(r.CapAdd, " ") != "SYS_PTRACE" || r.pidFile != "f" || r.interactive || r.TTY {
		t.Errorf("%+v", r)
	}
}

func TestInteraction(t *testing.T) {
	both := surroundings{stdinTerminal: true, stdoutTerminal: true}
	neither := surroundings{}
	piped := surroundings{stdoutTerminal: true}
	captured := surroundings{stdinTerminal: true}
	command := []string{"sh"}
	for _, c := range []struct {
		name             string
		o                execOptions
		s                surroundings
		interactive, tty bool
	}{
		{"command", execOptions{command: command}, both, false, false},
		{"-i", execOptions{command: command, interactive: true}, neither, true, false},
		{"-t alone", execOptions{command: command, tty: true}, neither, false, true},
		{"-it", execOptions{command: command, interactive: true, tty: true}, both, true, true},
		{"-it captured", execOptions{command: command, interactive: true, tty: true}, captured, true, true},
		{"shell on a terminal", execOptions{}, both, true, true},
		{"shell from a pipe", execOptions{}, piped, true, false},
		{"shell into a pipe", execOptions{}, captured, true, false},
		{"shell of a script", execOptions{}, neither, true, false},
		{"-di", execOptions{command: command, detach: true, interactive: true}, both, false, false},
		{"-t shell into a pipe", execOptions{tty: true}, captured, true, true},
	} {
		c.o.container, c.s.lookupEnv = "web", callerEnv
		r, err := c.o.request(c.s)
		if err != nil || r.interactive != c.interactive || r.TTY != c.tty {
			t.Errorf("%s: -i %v, -t %v, %v", c.name, r.interactive, r.TTY, err)
		}
	}
}

func TestRequestMistakes(t *testing.T) {
	command := []string{"ls"}
	for _, c := range []struct {
		o    execOptions
		want string
	}{
		{execOptions{command: command}, `bad container reference "": it is empty`},
		{execOptions{container: "web", command: command, workdir: "tmp"}, `the working directory "tmp" is not absolute`},
		{execOptions{container: "web", command: command, detach: true, tty: true}, "-d does not go with -t"},
		{execOptions{container: "web", detach: true}, "-d needs a command"},
		{execOptions{container: "web", command: command, env: list{"=x"}}, `--env "=x": the name of the variable is empty`},
		{execOptions{container: "web", command: command, join: list{"net,bogus"}}, `--join "net,bogus": unknown namespace "bogus": it is one of cgroup, ipc, mnt, net, pid, time, user, uts`},
		{execOptions{container: "web", command: command, join: list{""}}, `--join "": unknown namespace "": it is one of cgroup, ipc, mnt, net, pid, time, user, uts`},
		{execOptions{container: "web", command: command, preserveFDs: -1}, "--preserve-fds is negative"},
		{execOptions{container: "web", command: command, interactive: true, tty: true}, "the input device is not a terminal"},
		{execOptions{container: "web", tty: true}, "the input device is not a terminal"},
	} {
		_, err := c.o.request(surroundings{lookupEnv: callerEnv})
		if err == nil || err.Error() != c.want {
			t.Errorf("%+v: %v, not %s", c.o, err, c.want)
			continue
		}
		if f := explain(err, 0); f.code != exitFailed || f.hint == "" || strings.Contains(f.hint, "--debug") {
			t.Errorf("%v: exit code %d, hint %q", err, f.code, f.hint)
		}
	}
}
