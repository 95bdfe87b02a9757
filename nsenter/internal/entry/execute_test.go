package entry_test

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

const (
	missing    = -int64(unix.ENOENT)
	forbidden  = -int64(unix.EACCES)
	notADir    = -int64(unix.ENOTDIR)
	nameTooBig = -int64(unix.ENAMETOOLONG)
)

// container says what is at a path: "file", "data" (not executable), "dir",
// or nothing.
type container map[string]string

func (files container) result(c call) (int64, bool) {
	path, asDir := strings.CutSuffix(c.path, "/.")
	if !looksFor(c) {
		return 0, false
	}
	switch kind := files[path]; {
	case kind == "" && len(path) > 255:
		return nameTooBig, true
	case kind == "":
		return missing, true
	case asDir && kind != "dir":
		return notADir, true
	case !asDir && kind == "data" && c.Args[2] == unix.X_OK:
		return forbidden, true
	}
	return 0, true
}

// looksFor reports whether a call is part of the search for the command.
func looksFor(c call) bool { return c.Nr == unix.SYS_FACCESSAT || c.Nr == unix.SYS_FACCESSAT2 }

// A file that the user may execute only by a capability is found by the
// effective IDs; a profile that refuses to tell them leaves the real ones.
func TestOlderCallHasTheLastWord(t *testing.T) {
	for name, c := range map[string]struct {
		newer, older int64
		executed     bool
	}{
		"allowed by a capability": {0, forbidden, true},
		"refused by a profile":    {-int64(unix.EPERM), 0, true},
		"unknown to the kernel":   {-int64(unix.ENOSYS), 0, true},
		"forbidden":               {forbidden, forbidden, false},
	} {
		p := dockerPlan()
		p.Path = []string{"/a/c"}
		m := newMachine(t, entry.Compile(p, nil), entry.Control(p))
		_, record := m.run(func(call call) (int64, bool) {
			switch {
			case call.Nr == unix.SYS_FACCESSAT2:
				return c.newer, true
			case call.Nr == unix.SYS_FACCESSAT && call.Args[2] == unix.X_OK:
				return c.older, true
			}
			return 0, false
		})
		if (record == nil) != c.executed {
			t.Errorf("%s: %v", name, record)
		}
	}
}

// execute returns the path that is executed in a container with these files
// or, when there is none, the step that fails and its errno.
func execute(t *testing.T, files container, command string, path ...string) (string, string, unix.Errno) {
	t.Helper()
	p := dockerPlan()
	p.Args, p.Path = []string{command}, path
	m := newMachine(t, entry.Compile(p, nil), entry.Control(p))
	trace, record := m.run(files.result)
	if record != nil {
		failed, _ := m.program.Call(*record)
		return "", failed.Step, unix.Errno(-record.Result)
	}
	return trace[len(trace)-1].path, "", 0
}

func TestFirstFileThatCanBeExecutedIsTheCommand(t *testing.T) {
	for name, c := range map[string]struct {
		files container
		want  string
	}{
		"both":                    {container{"/a/c": "file", "/b/c": "file"}, "/a/c"},
		"the second":              {container{"/b/c": "file"}, "/b/c"},
		"a directory is no file":  {container{"/a/c": "dir", "/b/c": "file"}, "/b/c"},
		"data is not the command": {container{"/a/c": "data", "/b/c": "file"}, "/b/c"},
	} {
		if got, step, errno := execute(t, c.files, "c", "/a/c", "/b/c"); got != c.want {
			t.Errorf("%s: executed %q; %s: %v", name, got, step, errno)
		}
	}
}

func TestWhyNothingIsExecuted(t *testing.T) {
	long := "/" + strings.Repeat("x", 300)
	for name, c := range map[string]struct {
		files container
		path  []string
		step  string
		errno unix.Errno
	}{
		"nowhere in PATH":             {container{}, []string{"/a/c", "/b/c"}, entry.StepNotFound, unix.ENOENT},
		"an empty PATH":               {container{}, nil, entry.StepNotFound, unix.ENOENT},
		"directories only, in PATH":   {container{"/a/c": "dir"}, []string{"/a/c", "/b/c"}, entry.StepNotFound, unix.ENOENT},
		"not executable, in PATH":     {container{"/b/c": "data"}, []string{"/a/c", "/b/c"}, entry.StepNotExecutable, unix.EACCES},
		"not executable after a dir":  {container{"/a/c": "dir", "/b/c": "data"}, []string{"/a/c", "/b/c"}, entry.StepNotExecutable, unix.EACCES},
		"a PATH of one directory":     {container{"/a/c": "dir"}, []string{"/a/c"}, entry.StepNotFound, unix.ENOENT},
		"too long, in PATH":           {container{}, []string{long}, entry.StepNotFound, unix.ENOENT},
		"named, not there":            {container{}, []string{"/a/c"}, entry.StepNotFound, unix.ENOENT},
		"named, too long a name":      {container{}, []string{long}, entry.StepNotFound, unix.ENAMETOOLONG},
		"named, a directory":          {container{"/a/c": "dir"}, []string{"/a/c"}, entry.StepIsDirectory, 0},
		"named, without a permission": {container{"/a/c": "data"}, []string{"/a/c"}, entry.StepNotExecutable, unix.EACCES},
	} {
		command := "c"
		if strings.HasPrefix(name, "named") {
			command = c.path[0]
		}
		got, step, errno := execute(t, c.files, command, c.path...)
		if got != "" || step != c.step || errno != c.errno {
			t.Errorf("%s: executed %q; %s: %v", name, got, step, errno)
		}
	}
}

// What execve(2) says of the first usable file is final: the next one in the
// path is another program.
func TestFailedExecutionIsNotTriedElsewhere(t *testing.T) {
	for name, p := range plans() {
		if p.Path == nil {
			continue
		}
		m := newMachine(t, entry.Compile(p, filters(p)), entry.Control(p))
		trace, record := m.run(func(c call) (int64, bool) { return -int64(unix.ENOEXEC), c.Nr == unix.SYS_EXECVE })
		if record == nil {
			t.Fatalf("%s: no record", name)
		}
		failed, _ := m.program.Call(*record)
		if failed.Step != entry.StepExecute || record.Result != -int64(unix.ENOEXEC) || first(trace, execve) != len(trace)-1 {
			t.Errorf("%s: %s, %d, call %d of %d", name, failed.Step, record.Result, first(trace, execve), len(trace))
		}
	}
}

func TestEachCandidateCanBeExecutedWithTheCommandsArguments(t *testing.T) {
	eachPlan(t, func(t *testing.T, p *plan.Plan, m *machine, _ []call) {
		var paths []string
		for _, c := range m.all() {
			if c.Nr != unix.SYS_EXECVE {
				continue
			}
			paths = append(paths, c.path)
			for i, want := range [][]string{p.Args, p.Env} {
				for n, s := range append(want, "") {
					at := m.word(c.Args[1+i] + 8*uint64(n))
					if n == len(want) && at != 0 || n < len(want) && m.text(at) != s {
						t.Errorf("execve of %s: argument %d, string %d", c.path, i+1, n)
					}
				}
			}
		}
		if strings.Join(paths, ":") != strings.Join(p.Path, ":") {
			t.Errorf("%q and not %q", paths, p.Path)
		}
	})
}
