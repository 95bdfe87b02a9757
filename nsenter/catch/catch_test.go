package catch_test

import (
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/catch"
)

// asChild makes a test be run by another one, in a process of its own.
const asChild = "CATCH_TEST_CHILD"

func wanted(t *testing.T, signals ...syscall.Signal) <-chan os.Signal {
	t.Helper()
	caught, err := catch.Signals(signals...)
	if err != nil {
		t.Fatal(err)
	}
	return caught
}

func send(t *testing.T, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(os.Getpid(), sig); err != nil {
		t.Fatal(err)
	}
}

func expect(t *testing.T, caught <-chan os.Signal, want syscall.Signal) {
	t.Helper()
	select {
	case got := <-caught:
		if got != want {
			t.Fatalf("%v, not %v", got, want)
		}
	case <-time.After(10 * time.Second):
		t.Fatalf("%v did not come in 10s", want)
	}
}

func TestEachSignalComes(t *testing.T) {
	all := []syscall.Signal{
		syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGCONT, syscall.SIGWINCH,
	}
	caught := wanted(t, all...)
	for range 50 {
		for _, sig := range all {
			send(t, sig)
			expect(t, caught, sig)
		}
	}
}

// Signals come on whatever thread, while the stacks of goroutines move, the
// collector stops them, system calls block and children are started.
func TestSignalsWhileTheProcessIsBusy(t *testing.T) {
	caught := wanted(t, syscall.SIGUSR1)
	stop := make(chan struct{})
	var busy sync.WaitGroup
	for _, do := range []func(){
		func() { runtime.GC() },
		func() { grow(200) },
		func() { time.Sleep(time.Millisecond) },
		func() { _, _ = unix.Poll(nil, 1) },
		func() {
			if err := exec.Command("true").Run(); err != nil {
				t.Error(err)
			}
		},
	} {
		busy.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					do()
				}
			}
		})
	}
	for range 3000 {
		send(t, syscall.SIGUSR1)
		expect(t, caught, syscall.SIGUSR1)
	}
	close(stop)
	busy.Wait()
}

func grow(depth int) int {
	var room [256]byte
	if depth == 0 {
		return len(room)
	}
	return grow(depth-1) + int(room[depth%len(room)])
}

// A caller may have blocked the signal, or may ignore it.
func TestSignalsThatTheCallerKeptOff(t *testing.T) {
	if os.Getenv(asChild) != "" {
		caught := wanted(t, syscall.SIGUSR1, syscall.SIGUSR2)
		for _, sig := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGUSR2} {
			send(t, sig)
			expect(t, caught, sig)
		}
		return
	}
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // and never unlocked: it ends with its mask
		set := unix.Sigset_t{}
		set.Val[0] = 1 << (syscall.SIGUSR1 - 1)
		if err := unix.PthreadSigmask(unix.SIG_BLOCK, &set, nil); err != nil {
			done <- err
			return
		}
		cmd := exec.Command("sh", "-c", `trap "" USR2; exec "$0" -test.run "^TestSignalsThatTheCallerKeptOff$"`, os.Args[0])
		cmd.Env = append(os.Environ(), asChild+"=1")
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		done <- cmd.Run()
	}()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A read that waits goes on after the signal.
func TestSystemCallsGoOn(t *testing.T) {
	caught := wanted(t, syscall.SIGUSR1)
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	defer unix.Close(ends[0])
	defer unix.Close(ends[1])
	read, thread := make(chan error, 1), make(chan int, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		thread <- unix.Gettid()
		_, err := unix.Read(ends[0], make([]byte, 1))
		read <- err
	}()
	tid := <-thread
	time.Sleep(50 * time.Millisecond) // until it reads
	if err := unix.Tgkill(os.Getpid(), tid, syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	expect(t, caught, syscall.SIGUSR1)
	select {
	case err := <-read:
		t.Fatalf("it ended: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	if _, err := unix.Write(ends[1], []byte{1}); err != nil {
		t.Fatal(err)
	}
	if err := <-read; err != nil {
		t.Error(err)
	}
}
