package sys

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// LastCap returns the highest capability that the kernel has: the last that can be
// asked for (PR_CAPBSET_READ(2const)).
func LastCap() (int, error) {
	last := unix.CAP_LAST_CAP
	for last > 0 && !hasCap(last) {
		last--
	}
	if last == 0 {
		return 0, fmt.Errorf("the kernel has no capability up to %d", unix.CAP_LAST_CAP)
	}
	for last < 63 && hasCap(last+1) {
		last++
	}
	return last, nil
}

func hasCap(number int) bool {
	_, err := unix.PrctlRetInt(unix.PR_CAPBSET_READ, uintptr(number), 0, 0, 0)
	return err == nil
}
