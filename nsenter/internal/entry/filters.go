package entry

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
)

// install installs the seccomp filters.
func (c *compiler) install() {
	if c.programs == nil {
		c.programs = c.filterPrograms()
	}
	for i, f := range c.filters {
		args := []uint64{unix.SECCOMP_SET_MODE_FILTER, f.Flags, uint64(c.programs[i])}
		if f.Listens() {
			c.listen(args)
		} else {
			c.call("install a seccomp filter", unix.SYS_SECCOMP, args...)
		}
	}
}

// filterPrograms puts the filters into the memory, once for all the places where a
// command may be found.
func (c *compiler) filterPrograms() []stage.Address {
	programs := make([]stage.Address, 0, len(c.filters))
	for _, f := range c.filters {
		code := make([]byte, 0, 8*len(f.Instructions))
		for _, i := range f.Instructions { // struct sock_filter: code 16, jt 8, jf 8, k 32 bits
			code = binary.NativeEndian.AppendUint64(code, uint64(i.Code)|uint64(i.Jt)<<16|uint64(i.Jf)<<24|uint64(i.K)<<32)
		}
		programs = append(programs, c.Words(uint64(len(f.Instructions)), uint64(c.Bytes(code)))) // struct sock_fprog
	}
	return programs
}

// listen installs a filter with a listener, lets the caller take it, and closes
// it. From here on the supervisor decides about the calls that the filter hands
// over, of this process too: read(2) and close(2) may be among them, and wait
// for it. write(2) may not, since without it nobody would learn of the listener:
// runc refuses such filters, and the deadline of the caller does here.
func (c *compiler) listen(args []uint64) {
	record := c.Words(Listener, 0)
	c.with("install a seccomp filter", unix.SYS_SECCOMP, args, func(call *stage.Call) { call.Store = record + 8 })
	c.send(record)
	c.await()
	closed := c.Label()
	c.with("close the listener", stage.Load, []uint64{uint64(record + 8)}, func(call *stage.Call) { call.Store = c.Argument(0) })
	// What the supervisor says of that is not ours to judge: execve(2) closes it
	// at the latest.
	c.with("close the listener", unix.SYS_CLOSE, nil, func(call *stage.Call) { call.Negative = closed })
	c.Mark(closed)
}
