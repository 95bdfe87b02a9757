package plan

import (
	"path"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// defaultPath is where a command is looked for when the environment has no
// PATH: Docker's default. The environment itself stays without.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// environment returns the container's variables followed by the user's, each
// name once: the last one wins and keeps its place. HOME is added when
// nothing sets it or the last one to do so is empty. So far this is runc's
// rule (libcontainer/env.go, 1.3); TERM is Docker's and CRI's.
func environment(container, user []string, tty bool, home string) []string {
	all := slices.Concat(container, user)
	env := make([]string, 0, len(all)+2)
	seen := map[string]bool{}
	hasHome := false
	for _, entry := range slices.Backward(all) {
		name, value, ok := strings.Cut(entry, "=")
		if !ok || name == "" || seen[name] {
			continue
		}
		seen[name] = true
		if name == "HOME" {
			if value == "" {
				continue
			}
			hasHome = true
		}
		env = append(env, entry)
	}
	slices.Reverse(env)
	if tty && !seen["TERM"] {
		env = append(env, "TERM=xterm")
	}
	if !hasHome {
		env = append(env, "HOME="+home)
	}
	return env
}

// candidates returns the paths at which a command may be: itself when it has
// a slash, else one in each directory of PATH. A relative or empty directory
// of PATH is skipped: it would mean the current directory.
func candidates(name string, env []string) []string {
	if name == "" {
		return nil
	}
	if strings.Contains(name, "/") {
		return []string{name}
	}
	dirs := defaultPath
	for _, entry := range env {
		if value, ok := strings.CutPrefix(entry, "PATH="); ok {
			dirs = value
		}
	}
	var list []string
	for _, dir := range strings.Split(dirs, ":") {
		if path.IsAbs(dir) {
			list = append(list, path.Join(dir, name))
		}
	}
	return list
}

// Named reports whether the command is a file that was named, and not one that is
// looked for in PATH, which may have one directory.
func (p *Plan) Named() bool { return len(p.Args) > 0 && strings.Contains(p.Args[0], "/") }

// NeedsAccounts reports whether Decide has to look into the container's user
// and group files.
func NeedsAccounts(spec *specs.Spec, req Request) bool {
	if req.User != "" || len(req.Args) == 0 || spec == nil || spec.Process == nil {
		return true
	}
	for _, entry := range slices.Backward(slices.Concat(spec.Process.Env, req.Env)) {
		if value, ok := strings.CutPrefix(entry, "HOME="); ok {
			return value == ""
		}
	}
	return true
}
