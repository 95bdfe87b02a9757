package faults

import "testing"

// fault is something that is broken, and what is expected of sidestep then.
type fault struct {
	name   string
	inject func(*testing.T, *world) // what it does is undone when the test ends

	// refused is what the error of exec says where entering would be wrong or
	// cannot be; "": exec works.
	refused string
	// gone: the container has no process any more. pid refuses too, and ps
	// does not call it running.
	gone bool
	// slow: no file names a process that can be entered, so that it may take
	// longer to find out.
	slow bool
	// crowded: there are so many containers that ps may take longer.
	crowded bool
	// named are doctor's checks one of which must have found it; none: all is
	// well.
	named []string
	// fatal: the containers do not survive that it is undone.
	fatal bool
	// scarce: peers are asked one after the other, or one takes what the other
	// needs.
	scarce bool
	// ofDocker: there is nothing to break where there is no Docker.
	ofDocker bool
}

// faults are all faults, in the order of the table.
func faults() []fault {
	all := []fault{{name: "none", inject: func(*testing.T, *world) {}}}
	for _, some := range [][]fault{daemonFaults(), shimFaults(), runtimeFaults(), fileFaults(), staleFaults(), limitFaults()} {
		all = append(all, some...)
	}
	return all
}
