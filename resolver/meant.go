package resolver

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// searches reports whether the user may mean a container: one of the socket and
// the namespace that were named, or of a runtime's directory that was named.
func (r *Resolver) searches(t *trace) bool {
	if t.own {
		return true
	}
	if ns := r.config.Namespace; ns != "" && t.namespace != ns {
		return false
	}
	if len(r.config.Addresses) == 0 {
		return true
	}
	return t.ofContainerd() && (t.address == "" || slices.ContainsFunc(r.config.Addresses, func(address string) bool {
		return sameSocket(strings.TrimPrefix(address, "unix://"), t.address)
	}))
}

// sameSocket reports whether two paths lead to one socket, which may be gone:
// /var/run is often a link to /run.
func sameSocket(a, b string) bool {
	if a == b {
		return true
	}
	if filepath.Base(a) == filepath.Base(b) {
		dirA, errA := filepath.EvalSymlinks(filepath.Dir(a))
		dirB, errB := filepath.EvalSymlinks(filepath.Dir(b))
		if errA == nil && errB == nil && dirA == dirB {
			return true
		}
	}
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}
