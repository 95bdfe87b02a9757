package containerd

import (
	"fmt"

	"github.com/sidestep-dev/sidestep/resolver/internal/peercred"
)

// Listener returns the PID of the process that listens on a unix socket, and 0 when
// that is in no PID namespace that the caller sees.
func Listener(address string) (int, error) {
	conn, err := connect(address)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	daemon, err := peercred.Of(conn)
	if err != nil {
		return 0, fmt.Errorf("see who listens on %s: %w", address, err)
	}
	return int(daemon.Pid), nil
}
