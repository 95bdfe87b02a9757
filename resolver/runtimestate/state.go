package runtimestate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/internal/jsonvalue"
	"github.com/sidestep-dev/sidestep/resolver/internal/rootfile"
)

// State is what a runtime has recorded of a container.
type State struct {
	ID      string
	Dir     string    // its directory below the runtime's root
	PID     int       // of its init, as the runtime saw it
	Start   uint64    // of its init, in clock ticks since boot; 0: not recorded
	Created time.Time // zero: not recorded
	Bundle  string    // directory of its config.json; "": not recorded
	Waiting bool      // it is created: its init waits for the start of the command
}

// maxState bounds a state file, in bytes. runc's holds the whole configuration
// of the container: its seccomp filter and mounts too.
const maxState = 8 << 20

// Read returns the state of the container with this ID below a runtime's root
// directory. The error wraps fs.ErrNotExist when there is none.
func Read(root, id string) (State, error) {
	if id == "" || id == "." || id == ".." || strings.ContainsRune(id, '/') {
		return State{}, fmt.Errorf("the ID %q is no name of a directory", id)
	}
	dir := filepath.Join(root, id)
	state, err := read(dir)
	if err != nil {
		return State{}, err
	}
	if state.ID != "" && state.ID != id {
		return State{}, fmt.Errorf("the state in %s is of container %q", dir, state.ID)
	}
	state.ID, state.Dir = id, dir
	// The init opens this FIFO before it executes the command, and the runtime
	// removes it then (runc: libcontainer/container_linux.go, crun: src/libcrun/status.c).
	_, err = os.Lstat(filepath.Join(dir, "exec.fifo"))
	state.Waiting = err == nil
	return state, nil
}

// read reads runc's state or, where there is none, crun's.
func read(dir string) (State, error) {
	for _, format := range []struct {
		file  string
		parse func([]byte) (State, error)
	}{{"state.json", parseRunc}, {"status", parseCrun}} {
		data, _, err := rootfile.Read(filepath.Join(dir, format.file), maxState)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return State{}, err
		}
		state, err := format.parse(data)
		if err != nil {
			return State{}, fmt.Errorf("parse %s: %w", filepath.Join(dir, format.file), err)
		}
		return state, nil
	}
	return State{}, &fs.PathError{Op: "open", Path: filepath.Join(dir, "state.json"), Err: fs.ErrNotExist}
}

// parseRunc parses runc's state.json (runc: libcontainer/container_linux.go,
// State and BaseState).
func parseRunc(data []byte) (State, error) {
	var s State
	err := jsonvalue.ReadMembers(data, func(name string, v jsonvalue.Value) {
		switch name {
		case "id":
			s.ID = v.Text()
		case "init_process_pid":
			s.PID = int(v.Uint32())
		case "init_process_start":
			s.Start = v.Uint64()
		case "created":
			s.Created = v.Time()
		case "config":
			s.Bundle = labelled(v)
		}
	})
	if err != nil {
		return State{}, err
	}
	return s, s.check()
}

// labelled returns the bundle that a label of runc's configuration names.
func labelled(config jsonvalue.Value) (dir string) {
	config.Members(func(name string, v jsonvalue.Value) {
		if name != "labels" {
			return
		}
		for _, label := range v.Texts() {
			if path, ok := strings.CutPrefix(label, "bundle="); ok && filepath.IsAbs(path) {
				dir = filepath.Clean(path)
			}
		}
	})
	return dir
}

// parseCrun parses crun's status (crun: src/libcrun/status.c).
func parseCrun(data []byte) (State, error) {
	var s State
	err := jsonvalue.ReadMembers(data, func(name string, v jsonvalue.Value) {
		switch name {
		case "pid":
			s.PID = int(v.Uint32())
		case "process-start-time":
			s.Start = v.Uint64()
		case "created":
			s.Created, _ = time.Parse(time.RFC3339, v.Text()) // another spelling is no error
		case "bundle":
			if dir := v.Text(); filepath.IsAbs(dir) {
				s.Bundle = filepath.Clean(dir)
			}
		}
	})
	if err != nil {
		return State{}, err
	}
	return s, s.check()
}

// maxPID is PID_MAX_LIMIT of linux/threads.h.
const maxPID = 4 << 20

func (s State) check() error {
	if s.PID < 1 || s.PID > maxPID {
		return fmt.Errorf("it names no process: PID %d", s.PID)
	}
	return nil
}
