package kubectl

import "bytes"

// maxKept is how much of what a command writes in one pod is kept until the
// commands in all pods have ended, in bytes.
const maxKept = 64 << 20

// kept keeps a stream of a command, of whose streams it is one.
type kept struct {
	out *outcome
	to  *bytes.Buffer
}

// Write fails, and so ends the command, when it would keep too much: a command
// that writes without end is one of many, and they share this memory.
func (k kept) Write(p []byte) (int, error) {
	k.out.keeping.Lock()
	defer k.out.keeping.Unlock()
	if k.out.output.Len()+k.out.errors.Len()+len(p) > maxKept {
		k.out.output, k.out.errors = bytes.Buffer{}, bytes.Buffer{}
		return 0, fail("let it write less, or leave --fold and -o json out: the output is then shown as it comes",
			"the command wrote more than %d MiB", maxKept>>20)
	}
	return k.to.Write(p)
}
