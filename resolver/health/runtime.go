package health

import (
	"fmt"
	"time"
)

// Binary is what was found of an OCI runtime's program.
type Binary struct {
	Name       string        // as containerd calls it: "runc", or a path
	Path       string        // where it is; "" when it was not found
	Searched   string        // the PATH that was searched
	Executable bool          // it is a file that may be executed
	Took       time.Duration // `--version` took
	Silent     bool          // it had not ended then, and was killed
	Busy       bool          // the host is so busy that it may only have been slow, see Load
	Err        string        // how it failed otherwise
	Version    string        // the first line that it printed
	Fatal      bool
}

// Runs judges whether an OCI runtime can be executed. Its shim calls it for
// everything but answering: to stop a container too.
func (b Binary) Runs() Check {
	c := Check{
		ID: "runtime.binary", Subject: b.Path, Status: Fail, Took: b.Took, Fatal: b.Fatal,
		Breaks: []Use{Exec, Stop, Create}, Advice: "install it again, or put it back: the containers run on meanwhile",
	}
	if c.Subject == "" {
		c.Subject = b.Name
	}
	switch {
	case b.Path == "" && b.Searched != "":
		c.Evidence = "is not in the shim's PATH, " + b.Searched
	case b.Path == "":
		c.Evidence = "does not exist"
	case !b.Executable:
		c.Evidence = "is not an executable file"
	case b.Silent && b.Busy:
		c.Status, c.Evidence = Warn, "--version has not ended in "+inWords(b.Took)+", on a host that is very busy"
		c.Advice = "wait longer for it: sidestep --timeout 5s doctor …"
	case b.Silent:
		c.Evidence = "--version has not ended in " + inWords(b.Took)
		c.Advice = "it hangs: is it a wrapper, or on a disk that does not answer? file " + b.Path
	case b.Err != "":
		c.Evidence = "--version fails: " + b.Err
	case b.Version == "":
		c.Evidence = "--version prints nothing"
		c.Advice = "is it the runtime, or something in its place? file " + b.Path
	default:
		return Check{ID: c.ID, Subject: c.Subject, Status: OK, Took: b.Took, Evidence: "is " + b.Version}
	}
	return c
}

// RuntimeState is what an OCI runtime has recorded of a container.
type RuntimeState struct {
	Dir      string
	Err      error  // it cannot be read or parsed
	Missing  bool   // there is none; Dir is where it was looked for
	PID      int    // that it names
	Gone     bool   // there is no such process
	Kept     bool   // a shim still looks after the container, and removes the state with the task
	Start    uint64 // of that process, in clock ticks since boot; 0: not recorded
	Init     int    // the container's first process; 0: not known
	InitFrom uint64 // when that one started
	Life     Life
}

// Fits judges whether the runtime finds the container by its state.
func (s RuntimeState) Fits() Check {
	c := Check{
		ID: "runtime.state", Subject: s.Dir, Status: Fail, Breaks: []Use{Exec, Stop},
		Advice: "the runtime does not find the container: save what you need with sidestep exec, then restart it",
	}
	if s.Life == Idle {
		c.Advice = "the runtime does not find the container, which does not run: restart or remove it"
	}
	switch {
	case s.Missing:
		c.Evidence = "has no state of the container"
	case s.Err != nil:
		c.Evidence = fmt.Sprintf("cannot be used: %v", s.Err)
	case s.Gone && s.Kept:
		return Check{ID: c.ID, Subject: s.Dir, Status: OK, Evidence: fmt.Sprintf("names PID %d, which has ended", s.PID)}
	case s.Gone:
		c.Evidence = fmt.Sprintf("names PID %d, which has ended", s.PID)
		c.Advice = "it was left behind: the container has ended, and nobody has cleaned up after it"
	case s.Init > 0 && s.PID != s.Init:
		c.Evidence = fmt.Sprintf("names PID %d, but the container is PID %d", s.PID, s.Init)
	case s.Init > 0 && s.Start > 0 && s.Start != s.InitFrom:
		c.Evidence = fmt.Sprintf("is of an earlier process %d, which started at tick %d, not %d", s.PID, s.Start, s.InitFrom)
	default:
		return Check{ID: c.ID, Subject: s.Dir, Status: OK, Evidence: fmt.Sprintf("names PID %d", s.PID)}
	}
	return c
}

// BundleState is what is in the bundle of a container: the directory that its
// shim has it from.
type BundleState struct {
	Dir     string
	Missing bool
	Config  error // config.json cannot be read or parsed
	PIDFile error // init.pid cannot
	PID     int   // that init.pid names
	Init    int   // the container's first process; 0: not known
	Life    Life
}

// Whole judges whether a bundle is what its shim and containerd rely on.
func (b BundleState) Whole() Check {
	c := Check{
		ID: "bundle", Subject: b.Dir, Status: Fail, Breaks: []Use{Exec, Stop},
		Advice: "the container cannot be looked after without it: save what you need with sidestep exec, then restart it",
	}
	if b.Life == Idle {
		c.Advice = "the container, which does not run, cannot be looked after without it: restart or remove it"
	}
	switch {
	case b.Missing:
		c.Evidence = "does not exist"
	case b.Config != nil:
		c.Evidence = fmt.Sprintf("is damaged: %v", b.Config)
	case b.PIDFile != nil:
		c.Evidence = fmt.Sprintf("is damaged: %v", b.PIDFile)
	case b.PID > 0 && b.Init > 0 && b.PID != b.Init:
		c.Evidence = fmt.Sprintf("names PID %d in init.pid, but the container is PID %d", b.PID, b.Init)
	default:
		return Check{ID: c.ID, Subject: b.Dir, Status: OK, Evidence: "is whole"}
	}
	return c
}
