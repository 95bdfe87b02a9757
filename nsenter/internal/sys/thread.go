package sys

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// onThread runs f on a thread of its own and ends that thread with it, so that
// what f joined is left. That is not the main thread, which cannot end.
func onThread(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: see runtime.LockOSThread
		if unix.Gettid() != unix.Getpid() {
			f()
			return
		}
		onThread(f) // this goroutine keeps the main thread meanwhile
		runtime.UnlockOSThread()
	}()
	<-done
}
