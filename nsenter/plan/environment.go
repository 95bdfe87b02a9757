package plan

import (
	"path"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// defaultPath is where a command is looked for when the environment has no
// PATH: Docker's default. The environment itself stays without.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// environment returns the container's variables followed by the user's, each
// name once: the last one wins and keeps the place of the first, as runc
// does. TERM and HOME are added when nothing sets them.
func environment(container, user []string, tty bool, home string) []string {
	var env []string
	at := map[string]int{}
	add := func(entry string) {
		name, value, ok := strings.Cut(entry, "=")
		if !ok || name == "HOME" && value == "" { // runc: an empty HOME is none
			return
		}
		if i, ok := at[name]; ok {
			env[i] = entry
			return
		}
		at[name] = len(env)
		env = append(env, entry)
	}
	for _, entry := range container {
		add(entry)
	}
	for _, entry := range user {
		add(entry)
	}
	if _, ok := at["TERM"]; tty && !ok {
		add("TERM=xterm") // as Docker and CRI
	}
	if _, ok := at["HOME"]; !ok {
		add("HOME=" + home)
	}
	return env
}

// candidates returns the paths at which a command may be: itself when it has
// a slash, else one in each directory of PATH. A relative or empty directory
// of PATH is skipped: it would mean the current directory.
func candidates(name string, env []string) []string {
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

// NeedsAccounts reports whether Decide has to look into the container's user
// and group files.
func NeedsAccounts(spec *specs.Spec, req Request) bool {
	if req.User != "" || len(req.Args) == 0 || spec == nil || spec.Process == nil {
		return true
	}
	for _, entry := range append(spec.Process.Env, req.Env...) {
		if value, ok := strings.CutPrefix(entry, "HOME="); ok && value != "" {
			return false
		}
	}
	return true
}
