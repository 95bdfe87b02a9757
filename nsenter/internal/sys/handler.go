package sys

import (
	"os"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// signalPipe is the descriptor that signalHandler writes the number of a signal to.
var signalPipe int32 //nolint:unused // handler_*.s reads it

// SignalPipe returns the end of a pipe from which the numbers of the signals can
// be read that CatchSignal catches, a byte each. A signal for which there is no
// room is lost.
var SignalPipe = sync.OnceValues(func() (*os.File, error) {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return nil, os.NewSyscallError("pipe2", err)
	}
	signalPipe = int32(ends[1])
	return os.NewFile(uintptr(ends[0]), "signals"), nil
})

// CatchSignal lets a signal come by SignalPipe, which was called before, until the
// process ends. It does not come to os/signal any more.
func CatchSignal(sig syscall.Signal) error {
	const (
		onStack  = 0x08000000 // on the thread's own stack for signals, which Go gives to each
		restart  = 0x10000000 // to go on with most system calls
		restored = 0x04000000 // there is a restorer, which amd64 requires
	)
	handler, restorer := signalEntries()
	action := struct {
		handler  uintptr
		flags    uint64
		restorer uintptr
		mask     uint64
	}{handler, onStack | restart | restored, restorer, ^uint64(0)}
	_, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(&action)), 0, unsafe.Sizeof(action.mask), 0, 0)
	if errno != 0 {
		return os.NewSyscallError("rt_sigaction", errno)
	}
	return nil
}

// Unblock lets this thread, and those that it starts, take signals that the
// process may have been started with blocked.
func Unblock(signals ...syscall.Signal) error {
	var set unix.Sigset_t
	for _, sig := range signals {
		set.Val[0] |= 1 << (sig - 1)
	}
	return os.NewSyscallError("rt_sigprocmask", unix.PthreadSigmask(unix.SIG_UNBLOCK, &set, nil))
}

// signalHandler and signalRestorer are called by the kernel only.
func signalHandler()  //nolint:unused // signalEntries returns its address
func signalRestorer() //nolint:unused // signalEntries returns its address

// signalEntries returns where they are.
func signalEntries() (handler, restorer uintptr)
