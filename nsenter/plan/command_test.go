package plan_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

func TestWorkingDirectory(t *testing.T) {
	netOnly := plan.Request{Join: []proc.Namespace{proc.Net}}
	for name, c := range map[string]struct {
		ofSpec string
		req    plan.Request
		want   string
	}{
		"the container's":                    {"/srv", plan.Request{}, "/srv"},
		"-w":                                 {"/srv", plan.Request{Cwd: "/tmp"}, "/tmp"},
		"none":                               {"", plan.Request{}, "/"},
		"the container's without its mounts": {"/srv", netOnly, "/"},
		"-w, without the mounts of the container": {"/srv", plan.Request{Join: netOnly.Join, Cwd: "/var"}, "/var"},
	} {
		spec := dockerSpec()
		spec.Process.Cwd = c.ofSpec
		if p := decide(t, dockerFacts(), spec, c.req); p.Cwd != c.want {
			t.Errorf("%s: %q", name, p.Cwd)
		}
	}
	f := dockerFacts()
	f.Target[proc.Mount] = f.Caller[proc.Mount]
	if p := decide(t, f, dockerSpec(), plan.Request{}); p.Cwd != "/srv" {
		t.Errorf("mounts shared with the caller: %q", p.Cwd)
	}
}

// A relative one would be below wherever the executor happens to be
// (CVE-2024-21626).
func TestRelativeWorkingDirectoryIsRefused(t *testing.T) {
	for _, cwd := range []string{"srv", ".", "..", "./srv", "../../etc", " /srv"} {
		_, err := plan.Decide(dockerFacts(), dockerSpec(), plan.Request{Args: []string{"true"}, Cwd: cwd})
		spec := dockerSpec()
		spec.Process.Cwd = cwd
		_, err2 := plan.Decide(dockerFacts(), spec, plan.Request{Args: []string{"true"}})
		var cwdErr *plan.CwdError
		if !errors.As(err, &cwdErr) || cwdErr.Cwd != cwd || !errors.As(err2, &cwdErr) {
			t.Errorf("%q: by -w %v, by the spec %v", cwd, err, err2)
		}
	}
}

func TestWithoutACommandTheUsersShellRuns(t *testing.T) {
	for user, want := range map[string]string{"": "/bin/ash", "app": "/bin/bash", "odd": "/bin/sh", "77": "/bin/sh"} {
		p, err := plan.Decide(dockerFacts(), dockerSpec(), plan.Request{User: user})
		if err != nil || !slices.Equal(p.Args, []string{want}) || !slices.Equal(p.Path, []string{want}) {
			t.Errorf("-u %q: %q at %q, %v", user, p.Args, p.Path, err)
		}
	}
}

func TestNULIsRefusedWhereverItIs(t *testing.T) {
	for name, change := range map[string]func(*specs.Spec, *plan.Request){
		"command":     func(_ *specs.Spec, r *plan.Request) { r.Args = []string{"tr\x00ue"} },
		"argument":    func(_ *specs.Spec, r *plan.Request) { r.Args = []string{"true", "a", "\x00"} },
		"-e":          func(_ *specs.Spec, r *plan.Request) { r.Env = []string{"A=\x00B=2"} },
		"-w":          func(_ *specs.Spec, r *plan.Request) { r.Cwd = "/srv\x00/x" },
		"environment": func(s *specs.Spec, _ *plan.Request) { s.Process.Env = []string{"A=1\x00"} },
		"directory":   func(s *specs.Spec, _ *plan.Request) { s.Process.Cwd = "/\x00" },
	} {
		spec, req := dockerSpec(), plan.Request{Args: []string{"true"}}
		change(spec, &req)
		if _, err := plan.Decide(dockerFacts(), spec, req); err == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
}

func TestCommandIsLookedForInThePathOfTheContainer(t *testing.T) {
	standard := []string{"/usr/local/sbin/c", "/usr/local/bin/c", "/usr/sbin/c", "/usr/bin/c", "/sbin/c", "/bin/c"}
	for name, c := range map[string]struct {
		command string
		env     []string
		want    []string
	}{
		"in each directory":     {"c", []string{"PATH=/a:/b/"}, []string{"/a/c", "/b/c"}},
		"not where we stand":    {"c", []string{"PATH=:/a::.:..:bin:./bin:/b:"}, []string{"/a/c", "/b/c"}},
		"nowhere":               {"c", []string{"PATH="}, nil},
		"nowhere, only here":    {"c", []string{"PATH=."}, nil},
		"no PATH":               {"c", nil, standard},
		"a name like PATH":      {"c", []string{"PATHS=/x", "MYPATH=/y"}, standard},
		"the last PATH":         {"c", []string{"PATH=/a", "PATH=/b"}, []string{"/b/c"}},
		"absolute":              {"/x/c", []string{"PATH=/a"}, []string{"/x/c"}},
		"relative with a slash": {"./c", []string{"PATH=/a"}, []string{"./c"}},
		"below":                 {"bin/c", []string{"PATH=/a"}, []string{"bin/c"}},
	} {
		spec := dockerSpec()
		spec.Process.Env = c.env
		p := decide(t, dockerFacts(), spec, plan.Request{Args: []string{c.command, "arg"}})
		if !slices.Equal(p.Path, c.want) {
			t.Errorf("%s: %q and not %q", name, p.Path, c.want)
		}
		sameList(t, name+": arguments", p.Args, []string{c.command, "arg"})
	}
}

// Joined to a directory, an empty name would be that directory.
func TestEmptyCommandIsFoundNowhere(t *testing.T) {
	if p := decide(t, dockerFacts(), dockerSpec(), plan.Request{Args: []string{"", "x"}}); len(p.Path) != 0 {
		t.Errorf("%q at %q", p.Args, p.Path)
	}
}
