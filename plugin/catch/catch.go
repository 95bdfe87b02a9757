package catch

import (
	"os"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The flags of sigaction(2): to run on the thread's own stack for signals, which Go
// gives to each, and to go on with most system calls.
const (
	onStack = 0x08000000
	restart = 0x10000000
	// restored says that there is a restorer, which amd64 requires.
	restored = 0x04000000
)

// action is what rt_sigaction(2) takes.
type action struct {
	handler  uintptr
	flags    uint64
	restorer uintptr
	mask     uint64
}

// room is for how many signals a slow reader leaves in the channel.
const room = 64

// writeEnd is the descriptor that the handler writes the number of a signal to.
var writeEnd int32

// pipe makes the pipe, and returns the channel with what is read of it.
var pipe = sync.OnceValues(func() (<-chan os.Signal, error) {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return nil, os.NewSyscallError("pipe2", err)
	}
	writeEnd = int32(ends[1])
	signals := make(chan os.Signal, room)
	go read(os.NewFile(uintptr(ends[0]), "signals"), signals)
	return signals, nil
})

// read passes on what the handler writes. It ends with the process.
func read(from *os.File, signals chan<- os.Signal) {
	for {
		var numbers [room]byte
		n, err := from.Read(numbers[:])
		if err != nil {
			return
		}
		for _, number := range numbers[:n] {
			signals <- syscall.Signal(number)
		}
	}
}

// Signals catches signals from now until the process ends. They come on the
// channel, which is one for all calls, the process's.
func Signals(wanted ...syscall.Signal) (<-chan os.Signal, error) {
	signals, err := pipe()
	if err != nil {
		return nil, err
	}
	var mask uint64
	for _, sig := range wanted {
		if err := handle(sig); err != nil {
			return nil, err
		}
		mask |= 1 << (sig - 1)
	}
	// The caller may have been started with a signal blocked. This thread, and who
	// is started by it, takes it then.
	set := unix.Sigset_t{}
	set.Val[0] = mask
	return signals, os.NewSyscallError("rt_sigprocmask", unix.PthreadSigmask(unix.SIG_UNBLOCK, &set, nil))
}

// handle gives a signal the handler.
func handle(sig syscall.Signal) error {
	handler, restorer := entryPoints()
	a := action{handler: handler, flags: onStack | restart | restored, restorer: restorer, mask: ^uint64(0)}
	_, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(&a)), 0, unsafe.Sizeof(a.mask), 0, 0)
	if errno != 0 {
		return os.NewSyscallError("rt_sigaction", errno)
	}
	return nil
}

// handler and restorer are called by the kernel only.
func handler()
func restorer()

// entryPoints returns where they are.
func entryPoints() (handler, restorer uintptr)
