package nsenter

import (
	"errors"
	"os"
	"slices"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

// spawn starts the executor with its descriptors: 0, 1, 2, those to preserve,
// the control socket, the pidfd, and the cgroups that it joins.
func (e *entrance) spawn(stdio Stdio) error {
	image, err := executable(e.program, entry.Control(e.plan))
	if err != nil {
		return err
	}
	defer image.Close()
	if e.image, err = imageOf(image); err != nil {
		return err
	}
	ours, theirs, err := sys.ControlPair()
	if err != nil {
		return err
	}
	defer theirs.Close()
	preserved, err := e.preserved()
	if err != nil {
		ours.Close()
		return err
	}
	defer closeAll(preserved)
	tasks, err := e.tasks()
	defer closeAll(tasks)
	if err != nil {
		ours.Close()
		return err
	}
	files := append([]*os.File{stdio.Stdin, stdio.Stdout, stdio.Stderr}, preserved...)
	files = append(append(files, theirs, e.target.Pidfd()), tasks...)
	e.child, err = e.fork(image, files)
	if err != nil {
		ours.Close()
		return err
	}
	e.control = ours
	return nil
}

// executable writes a program into a sealed memfd.
func executable(program *stage.Program, control int) (*os.File, error) {
	image, err := sys.NewExecutable("sidestep")
	if err != nil {
		return nil, err
	}
	err = program.WriteImage(image, control)
	if err == nil {
		err = sys.Seal(image)
	}
	if err != nil {
		image.Close()
		return nil, err
	}
	return image, nil
}

// fork starts the image, if it can be in the plan's cgroup of version 2 from
// its birth (CLONE_INTO_CGROUP, Linux 5.7): a later move costs milliseconds. A
// cgroup that is full or has controllers and children of its own refuses
// births, but may take a process that is moved: that is then confine's to do.
func (e *entrance) fork(image *os.File, files []*os.File) (*sys.Child, error) {
	cgroup, in, err := e.birthCgroup()
	if err != nil {
		return nil, err
	}
	if cgroup != nil {
		defer cgroup.Close()
		short, err := memoryShort(cgroup, in)
		e.short = short
		birth := sys.Birth{DieWithParent: true, Cgroup: cgroup, Apart: short || err != nil}
		if child, err := sys.StartChild(image, files, birth); err == nil {
			return child, nil
		}
	}
	return sys.StartChild(image, files, sys.Birth{DieWithParent: true})
}

// birthCgroup opens the plan's cgroup of version 2, or returns nil when there
// is none or the process could not be interrupted in it. It also returns its path in
// the hierarchy.
func (e *entrance) birthCgroup() (cgroup *os.File, in string, err error) {
	i := slices.IndexFunc(e.plan.Cgroups, func(c plan.Cgroup) bool { return c.Unified() })
	if i < 0 || e.plan.Frozen {
		return nil, "", nil
	}
	in = e.plan.Cgroups[i].Path
	cgroup, err = e.cgroups.open(e.plan.Cgroups[i].Membership)
	if errors.Is(err, os.ErrNotExist) {
		return nil, "", nil // confine finds out what that means
	}
	return cgroup, in, err
}

// preserved returns the caller's descriptors that the command gets.
func (e *entrance) preserved() ([]*os.File, error) {
	var files []*os.File
	for fd := 3; fd < 3+e.plan.PreserveFDs; fd++ {
		file, err := sys.Inherited(fd)
		if err != nil {
			return nil, &PreserveError{FD: fd, Err: err}
		}
		files = append(files, file)
	}
	return files, nil
}

// tasks opens the cgroups that the executor joins by itself.
func (e *entrance) tasks() ([]*os.File, error) {
	var files []*os.File
	for _, c := range entry.OwnJoins(e.plan) {
		file, err := e.cgroups.openTasks(c.Membership)
		if c.Init != "" && takesNoProcess(err) {
			c.Path = c.Init
			file, err = e.cgroups.openTasks(c.Membership)
		}
		if err != nil {
			return files, &CgroupError{Path: c.Path, Err: err}
		}
		files = append(files, file)
	}
	return files, nil
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}
