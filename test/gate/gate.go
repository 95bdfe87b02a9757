// Package gate holds up what is written, as a process does that is stopped, or a
// machine that sleeps.
package gate

import (
	"io"
	"sync"
)

// Gate is a way on which nothing passes while it is locked.
type Gate struct {
	sync.Mutex
	To io.Writer
}

// Write implements io.Writer.
func (g *Gate) Write(p []byte) (int, error) {
	g.Lock()
	defer g.Unlock()
	return g.To.Write(p)
}
