package plan_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

func TestEnvironmentIsTheContainersAndThenTheUsers(t *testing.T) {
	for name, c := range map[string]struct {
		container, user []string
		tty             bool
		want            []string
	}{
		"HOME from passwd":        {want: []string{"HOME=/root"}},
		"HOME of the container":   {container: []string{"HOME=/c"}, want: []string{"HOME=/c"}},
		"HOME of the user":        {container: []string{"HOME=/c"}, user: []string{"HOME=/u"}, want: []string{"HOME=/u"}},
		"empty HOME is none":      {container: []string{"HOME=", "A=1"}, want: []string{"A=1", "HOME=/root"}},
		"HOME emptied by user":    {container: []string{"HOME=/c"}, user: []string{"HOME="}, want: []string{"HOME=/root"}},
		"HOME after an empty one": {container: []string{"HOME="}, user: []string{"HOME=/u"}, want: []string{"HOME=/u"}},
		"the last of a name":      {container: []string{"A=1", "B=2", "A=3"}, user: []string{"C=4", "A=5"}, want: []string{"B=2", "C=4", "A=5", "HOME=/root"}},
		"an empty value":          {container: []string{"A=1"}, user: []string{"A="}, want: []string{"A=", "HOME=/root"}},
		"more than one =":         {container: []string{"A=b=c", "A=b"}, user: []string{"A=d=e"}, want: []string{"A=d=e", "HOME=/root"}},
		"a newline":               {user: []string{"A=1\nB=2"}, want: []string{"A=1\nB=2", "HOME=/root"}},
		"no value, no name":       {container: []string{"A", "", "=x", "=", "B=1"}, want: []string{"B=1", "HOME=/root"}},
		"upper and lower case":    {container: []string{"a=1", "A=2"}, want: []string{"a=1", "A=2", "HOME=/root"}},
		"TERM with a terminal":    {tty: true, want: []string{"TERM=xterm", "HOME=/root"}},
		"TERM of the container":   {container: []string{"TERM=vt100"}, tty: true, want: []string{"TERM=vt100", "HOME=/root"}},
		"TERM emptied by user":    {user: []string{"TERM="}, tty: true, want: []string{"TERM=", "HOME=/root"}},
	} {
		spec := dockerSpec()
		spec.Process.Env = c.container
		p := decide(t, dockerFacts(), spec, plan.Request{Env: c.user, TTY: c.tty})
		if !slices.Equal(p.Env, c.want) {
			t.Errorf("%s: %q and not %q", name, p.Env, c.want)
		}
	}
}

func TestHomeIsThatOfTheUserWhoRuns(t *testing.T) {
	for user, want := range map[string]string{
		"": "/root", "app": "/home/app", "1000": "/home/app", "1000:0": "/home/app", "odd": "/", "77": "/",
	} {
		p := decide(t, dockerFacts(), dockerSpec(), plan.Request{User: user})
		if !slices.Contains(p.Env, "HOME="+want) {
			t.Errorf("-u %q: %q", user, p.Env)
		}
	}
}

// The container's files are read only when they decide something: each look
// into them is one into what the container wrote.
func TestAccountFilesAreReadWhenTheyAreNeeded(t *testing.T) {
	withHome := dockerSpec()
	withHome.Process.Env = []string{"HOME=/c"}
	for name, c := range map[string]struct {
		spec *specs.Spec
		req  plan.Request
		want bool
	}{
		"nothing to look up":   {withHome, plan.Request{}, false},
		"-u":                   {withHome, plan.Request{User: "0"}, true},
		"-e HOME=/u":           {dockerSpec(), plan.Request{Env: []string{"HOME=/u"}}, false},
		"no HOME":              {dockerSpec(), plan.Request{}, true},
		"HOME emptied by user": {withHome, plan.Request{Env: []string{"HOME="}}, true},
		"no spec":              {nil, plan.Request{}, true},
		"no process":           {&specs.Spec{}, plan.Request{}, true},
	} {
		c.req.Args = []string{"true"}
		if got := plan.NeedsAccounts(c.spec, c.req); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	if !plan.NeedsAccounts(withHome, plan.Request{}) {
		t.Error("no command: the shell is not looked up")
	}
}

func TestAskingChangesNothingInTheSpec(t *testing.T) {
	env := []string{"A=1", "of someone else"}
	spec := dockerSpec()
	spec.Process.Env = env[:1]
	req := plan.Request{Args: []string{"true"}, Env: []string{"B=2"}}
	plan.NeedsAccounts(spec, req)
	decide(t, dockerFacts(), spec, req)
	sameList(t, "the array behind the environment", env, []string{"A=1", "of someone else"})
}

func FuzzEnvironment(f *testing.F) {
	f.Add("A=1\x00B=2\x00A=3", "A=\x00HOME=", true)
	f.Add("HOME=\x00=x\x00y\x00TERM=", "HOME=/u\nv", false)
	f.Add("PATH=\x00PATH=:.:/bin", "PATH=/a//b/../c", true)
	f.Fuzz(func(t *testing.T, container, user string, tty bool) {
		spec := dockerSpec()
		spec.Process.Env = strings.Split(container, "\x00")
		req := plan.Request{Args: []string{"cmd"}, Env: strings.Split(user, "\x00"), TTY: tty}
		p, err := plan.Decide(dockerFacts(), spec, req)
		if err != nil {
			t.Fatal(err)
		}
		given := append(slices.Concat(spec.Process.Env, req.Env), "TERM=xterm", "HOME=/root")
		values := map[string]string{}
		for _, entry := range p.Env {
			name, value, ok := strings.Cut(entry, "=")
			if _, twice := values[name]; !ok || name == "" || twice || !slices.Contains(given, entry) {
				t.Errorf("entry %q of %q", entry, p.Env)
			}
			values[name] = value
		}
		if values["HOME"] == "" {
			t.Errorf("no HOME in %q", p.Env)
		}
		for _, file := range p.Path {
			if !strings.HasPrefix(file, "/") || !strings.HasSuffix(file, "/cmd") {
				t.Errorf("candidate %q", file)
			}
		}
	})
}
