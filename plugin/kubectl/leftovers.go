package kubectl

import (
	"strings"
	"sync"
)

// leftovers are the helper pods that could not be deleted.
type leftovers struct {
	mu       sync.Mutex
	commands []string // that delete them
}

func (l *leftovers) add(namespace, name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.commands = append(l.commands, "kubectl delete pod -n "+namespace+" "+name)
}

// afterInterrupt says what is left in the cluster by a call that was interrupted.
func (a *app) afterInterrupt() string {
	a.leftovers.mu.Lock()
	defer a.leftovers.mu.Unlock()
	switch {
	case len(a.leftovers.commands) > 0:
		return "a helper pod is left: " + strings.Join(a.leftovers.commands, "; ")
	case a.options.keep:
		return "what was kept stays: kubectl sidestep cleanup deletes it"
	}
	return "nothing is left in the cluster"
}
