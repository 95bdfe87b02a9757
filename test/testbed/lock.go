package testbed

import (
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"
)

// lockName is the abstract unix socket that the run that is alive holds, so
// that there is one at a time on a host: what two would measure of each other
// would not mean much. It leaves no file behind, see unix(7).
const lockName = "@sidestep-testbed"

// lockTimeout bounds the wait for other runs.
const lockTimeout = 20 * time.Minute

// lockRuns waits until no other run is alive. The lock ends with the process
// that holds it at the latest.
func lockRuns() (net.Listener, error) {
	for deadline := time.Now().Add(lockTimeout); ; time.Sleep(200 * time.Millisecond) {
		lock, err := net.Listen("unix", lockName)
		if err == nil {
			return lock, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return nil, fmt.Errorf("lock out other test runs: %w", err)
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("wait %v for another test run to end: %w", lockTimeout, err)
		}
	}
}
