package plugin

import (
	"fmt"
	"path"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver"
)

// request is a valid call of exec: nothing in it is parsed again.
type request struct {
	plan.Request
	container   resolver.Reference
	interactive bool
	detach      bool
	pidFile     string
	dryRun      bool
}

// surroundings is what the caller's side looks like.
type surroundings struct {
	stdinTerminal, stdoutTerminal bool
	lookupEnv                     func(string) (string, bool)
}

// request checks and parses the options.
func (o execOptions) request(s surroundings) (request, error) {
	r := request{detach: o.detach, pidFile: o.pidFile, dryRun: o.dryRun}
	r.Request = plan.Request{
		Args: o.command, Cwd: o.workdir, User: o.user, Privileged: o.privileged, CapAdd: o.capAdd,
		NoSeccomp: o.noSeccomp, NoLabel: o.noLabel,
		NoNewPrivs: o.noNewPrivs, NoCgroup: o.noCgroup, IgnorePaused: o.ignorePaused, PreserveFDs: o.preserveFDs,
	}
	if err := o.check(); err != nil {
		return r, err
	}
	var err error
	if r.container, err = resolver.ParseReference(o.container); err != nil {
		return r, err
	}
	if r.Env, err = environment(o.envFile, o.env, s.lookupEnv); err != nil {
		return r, &valueError{err}
	}
	if r.Join, err = parseJoin(o.join); err != nil {
		return r, &valueError{err}
	}
	if o.detach { // nobody is there to type into it
		return r, nil
	}
	r.interactive, r.TTY = o.interaction(s)
	if r.interactive && r.TTY && !s.stdinTerminal {
		return r, &usageError{
			text: "the input device is not a terminal",
			hint: "leave -t out to pass a file or a pipe on: sidestep exec -i …",
		}
	}
	return r, nil
}

func (o execOptions) check() error {
	switch {
	case o.detach && o.tty:
		return &usageError{text: "-d does not go with -t", hint: "a detached command has no terminal: leave -t out"}
	case o.detach && len(o.command) == 0:
		return &usageError{text: "-d needs a command", hint: "name it after the container: sidestep exec -d CONTAINER COMMAND"}
	case o.workdir != "" && !path.IsAbs(o.workdir):
		return &usageError{
			text: fmt.Sprintf("the working directory %q is not absolute", o.workdir),
			hint: "give its path from the container's root: -w /…",
		}
	case o.preserveFDs < 0:
		return &usageError{text: "--preserve-fds is negative", hint: "it is how many descriptors are passed, from 3"}
	}
	return nil
}

// interaction decides about stdin and a terminal. Without a command it is a
// shell that the user wants, as interactive as it can be.
func (o execOptions) interaction(s surroundings) (interactive, tty bool) {
	if len(o.command) > 0 {
		return o.interactive, o.tty
	}
	return true, o.tty || s.stdinTerminal && s.stdoutTerminal
}

// parseJoin parses --join net,uts. Without the flag the result is nil.
func parseJoin(values []string) ([]proc.Namespace, error) {
	var kinds []proc.Namespace
	for _, value := range values {
		for _, name := range strings.Split(value, ",") {
			kind, err := proc.ParseNamespace(strings.TrimSpace(name))
			if err != nil {
				return nil, fmt.Errorf("--join %q: %w", value, err)
			}
			kinds = append(kinds, kind)
		}
	}
	return kinds, nil
}

// valueError is a value of a flag that cannot be used.
type valueError struct{ err error }

func (e *valueError) Error() string { return e.err.Error() }

func (e *valueError) Unwrap() error { return e.err }
