package proc

import (
	"fmt"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// Now returns the time since boot in the unit of Process.StartTime, which is
// told of every process in hundredths of a second (USER_HZ, see proc_pid_stat(5)
// and time(7)), whatever the kernel's own clock is. Both are those of the
// caller's time namespace.
func Now() (uint64, error) {
	const tick = time.Second / 100
	t, err := sys.SinceBoot()
	if err != nil {
		return 0, fmt.Errorf("read the time since boot: %w", err)
	}
	return uint64(t / tick), nil
}
