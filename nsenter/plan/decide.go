package plan

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// ErrFrozen says that the container is paused: a process that joined its
// cgroup would not run, and could not be interrupted, before the thaw.
var ErrFrozen = errors.New("the container is paused")

// CwdError says that a working directory cannot be used.
type CwdError struct{ Cwd string }

func (e *CwdError) Error() string {
	return fmt.Sprintf("the working directory %q is not absolute", e.Cwd)
}

// UserError says that a user cannot be had in the container.
type UserError struct {
	User string
	Err  error
}

func (e *UserError) Error() string {
	if e.User == "" {
		return fmt.Sprintf("the container's own user: %v", e.Err)
	}
	return fmt.Sprintf("user %q: %v", e.User, e.Err)
}

// Unwrap returns the reason.
func (e *UserError) Unwrap() error { return e.Err }

// Decide makes the plan. The spec is nil when no record of the container is
// to be had: the plan then gives no more than init itself has.
func Decide(f Facts, spec *specs.Spec, req Request) (*Plan, error) {
	f.undo(spec)
	if f.Frozen && !req.IgnorePaused && !req.NoCgroup {
		return nil, ErrFrozen
	}
	p := &Plan{
		PID: f.PID, Frozen: f.Frozen && !req.NoCgroup, UIDs: f.UIDs, GIDs: f.GIDs, LastCap: f.LastCap,
		TTY: req.TTY, PreserveFDs: req.PreserveFDs, Args: req.Args, Umask: 0o022, Ignored: f.CallerIgnored,
	}
	if f.Keyrings {
		p.Keyring = keyring(req.ID, f.PID)
	}
	p.namespaces(f, req)
	if !req.NoCgroup {
		cgroups, err := cgroups(f, spec)
		if err != nil {
			return nil, err
		}
		p.Cgroups = cgroups
	}
	b := newBasis(f, spec)
	if err := p.identity(f, b, req); err != nil {
		return nil, err
	}
	if err := p.privileges(f, b, req); err != nil {
		return nil, err
	}
	if err := p.filters(f, spec, b, req); err != nil {
		return nil, err
	}
	if err := p.limits(f, b.process); err != nil {
		return nil, err
	}
	var linux *specs.Linux
	if spec != nil {
		linux = spec.Linux
	}
	if err := p.attributes(b.process, linux); err != nil {
		return nil, err
	}
	if err := p.command(f, b.process, req); err != nil {
		return nil, err
	}
	if f.ownUsers() && !p.Joins(proc.User) {
		if err := p.outsideIDs(f, req); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// keyring names the session keyring as runc does. Without one of its own the
// process would hold the caller's.
func keyring(id string, pid int) string {
	if id == "" { // a process that no runtime has a record of
		id = strconv.Itoa(pid)
	}
	return "_ses." + id
}

func (p *Plan) namespaces(f Facts, req Request) {
	p.Expected = f.Caller
	for _, n := range f.Caller.Differ(f.Target) {
		if req.Join == nil || slices.Contains(req.Join, n) {
			p.Namespaces = append(p.Namespaces, n)
			p.Expected[n] = f.Target[n]
		}
	}
	if !p.Joins(proc.User) { // IDs are then the caller's
		p.UIDs, p.GIDs = nil, nil
	}
}

func (p *Plan) command(f Facts, process *specs.Process, req Request) error {
	p.Cwd = process.Cwd
	if req.Cwd != "" {
		p.Cwd = req.Cwd
	}
	if p.Cwd == "" || !p.Joins(proc.Mount) && f.Caller[proc.Mount] != f.Target[proc.Mount] && req.Cwd == "" {
		p.Cwd = "/" // the container's own directory means nothing outside its mounts
	}
	if !path.IsAbs(p.Cwd) {
		return &CwdError{Cwd: p.Cwd}
	}
	home := "/"
	user, ok := f.Accounts.ByUID(p.UID)
	if ok && user.Home != "" {
		home = user.Home
	}
	own := process.Env
	if theirs, ok := f.Accounts.ByUID(process.User.UID); ok && req.User != "" && req.HomeOfUser {
		own = slices.DeleteFunc(slices.Clone(own), func(entry string) bool { return entry == "HOME="+theirs.Home })
	}
	p.Env = environment(own, req.Env, req.TTY, home)
	if len(p.Args) == 0 {
		p.Args = []string{"/bin/sh"}
		if ok && path.IsAbs(user.Shell) {
			p.Args = []string{user.Shell}
		}
	}
	for _, s := range slices.Concat(p.Args, p.Env, []string{p.Cwd}) {
		if strings.ContainsRune(s, 0) {
			return fmt.Errorf("the command, its environment or its directory holds a NUL: %q", s)
		}
	}
	p.Path = candidates(p.Args[0], p.Env)
	return nil
}
