package testbed

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// cleanTimeout bounds how long processes take to end and cgroups to empty.
const cleanTimeout = time.Minute

// clean ends and removes all that is in the scope, whatever state it is in.
// supervisor is the PID of the process that the orphans of the scope became
// children of, or -1.
func (s scope) clean(supervisor int) error {
	deadline := time.Now().Add(cleanTimeout)
	for {
		s.thaw()
		alive := s.kill(supervisor)
		if supervisor == os.Getpid() {
			reap()
		}
		// What was killed is there until its parent has waited for it.
		if !alive && len(s.processes()) == 0 || time.Now().After(deadline) {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	for _, path := range s.runtimeFiles() {
		_ = os.RemoveAll(path)
	}
	s.unmount()
	s.removeBridges()
	for s.removeCgroups(); len(s.cgroups()) > 0 && time.Now().Before(deadline); s.removeCgroups() {
		time.Sleep(20 * time.Millisecond)
	}
	s.restoreSysctls()
	s.removeShared()
	left := s.leftovers()
	if err := os.RemoveAll(s.dir()); err != nil {
		left = append(left, err.Error())
	}
	if len(left) > 0 {
		return fmt.Errorf("clean up after %s: left after %v:\n\t%s", s, cleanTimeout, strings.Join(left, "\n\t"))
	}
	return nil
}

// reap collects the children that have ended.
func reap() {
	for {
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if pid <= 0 && err != syscall.EINTR {
			return
		}
	}
}
