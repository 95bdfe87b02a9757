package sys

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestErrand(t *testing.T) {
	e := newErrand(3, 64)
	room, at := e.words(2)
	parent := e.call("getppid", unix.SYS_GETPPID)
	pipe := e.call("pipe2", unix.SYS_PIPE2, at, unix.O_CLOEXEC)
	own := e.call("getpid", unix.SYS_GETPID)
	if err := e.perform(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if err := e.failure(); err != nil {
		t.Error(err)
	}
	if *parent != os.Getpid() || *own == os.Getpid() || *own == 0 || *pipe != 0 {
		t.Errorf("parent %d, own %d, pipe2 %d; this is %d", *parent, *own, *pipe, os.Getpid())
	}
	if room[0] == 0 {
		t.Error("it wrote nothing to the common memory")
	}
	var st unix.Stat_t
	if err := unix.Fstat(int(int32(room[0])), &st); !errors.Is(err, unix.EBADF) {
		t.Errorf("its descriptor %d is ours too: %v", int32(room[0]), err)
	}
}

// The list ends at the first call that fails, which failure names.
func TestErrandFails(t *testing.T) {
	e := newErrand(3, 64)
	e.call("getpid", unix.SYS_GETPID)
	e.call("close", unix.SYS_CLOSE, ^uintptr(0))
	after := e.call("getppid", unix.SYS_GETPPID)
	if err := e.perform(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	var failed *os.SyscallError
	if err := e.failure(); !errors.As(err, &failed) || failed.Syscall != "close" || !errors.Is(err, unix.EBADF) {
		t.Errorf("%v", err)
	}
	if *after != 0 {
		t.Errorf("the call after that returned %d", *after)
	}
}

// A process that is killed has not done what the results of the calls that it did not
// make say: they are 0.
func TestErrandKilled(t *testing.T) {
	e := newErrand(3, 64)
	pid := e.call("getpid", unix.SYS_GETPID)
	e.call("ppoll", unix.SYS_PPOLL, 0, 0, 0, 0, 0)
	e.call("openat", unix.SYS_OPENAT)
	go func() {
		for *pid == 0 {
			time.Sleep(time.Millisecond)
		}
		_ = unix.Kill(*pid, unix.SIGKILL)
	}()
	if err := e.perform(t.Context(), 0); !errors.Is(err, errKilled) {
		t.Errorf("%v", err)
	}
}

// A process that does not end is killed, and it leaves no zombie.
func TestErrandDeadline(t *testing.T) {
	e := newErrand(2, 64)
	pid := e.call("getpid", unix.SYS_GETPID)
	e.call("ppoll", unix.SYS_PPOLL, 0, 0, 0, 0, 0)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := e.perform(ctx, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if err := unix.Kill(*pid, 0); !errors.Is(err, unix.ESRCH) {
		t.Errorf("process %d is left: %v", *pid, err)
	}
}

// The thread keeps its signal mask and its CPUs.
func TestErrandLeavesTheThread(t *testing.T) {
	read := func() (mask unix.Sigset_t, cpus unix.CPUSet) {
		if err := unix.PthreadSigmask(unix.SIG_BLOCK, nil, &mask); err != nil {
			t.Fatal(err)
		}
		if err := unix.SchedGetaffinity(0, &cpus); err != nil {
			t.Fatal(err)
		}
		return mask, cpus
	}
	mask, cpus := read()
	e := newErrand(1, 0)
	e.call("getpid", unix.SYS_GETPID)
	if err := e.perform(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if m, c := read(); m != mask || c != cpus {
		t.Errorf("mask %v, CPUs %v; before %v, %v", m, c, mask, cpus)
	}
}

// The descriptors come in their order, whatever their numbers were, and no others.
func TestStartChild(t *testing.T) {
	program, err := os.Open(lookPath(t, "busybox"))
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	var files []*os.File
	for range 3 {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		defer w.Close()
		files = append(files, r, w)
	}
	slices.Reverse(files)
	fds, copies, err := outOfTheWay(program, append([]*os.File{os.Stderr, os.Stdin}, files...))
	if err != nil {
		t.Fatal(err)
	}
	defer closeFDs(copies)
	for i, fd := range fds {
		if own := uintptr(i - 1); fd < uintptr(len(fds)-1) && (i == 0 || fd != own) {
			t.Errorf("file %d is descriptor %d, which another one is to get", i, fd)
		}
	}
	if len(copies) < 2 { // stdin and stderr change places with others
		t.Errorf("%d copies", len(copies))
	}

	for _, apart := range []bool{false, true} {
		child, err := StartChild(program, files, Birth{DieWithParent: true, Apart: apart})
		if err != nil {
			t.Fatal(err)
		}
		status, err := child.Wait() // busybox knows no applet "sidestep"
		if err != nil || status.ExitStatus() != 127 || child.Failure() != nil {
			t.Errorf("apart %t: %v, %v, %v", apart, status, err, child.Failure())
		}
	}
}

func TestStartChildFails(t *testing.T) {
	program, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	child, err := StartChild(program, nil, Birth{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := child.Wait(); err != nil {
		t.Fatal(err)
	}
	if err := child.Failure(); err == nil || !strings.HasPrefix(err.Error(), "execveat: ") || !errors.Is(err, syscall.EACCES) {
		t.Errorf("%v", err)
	}
}

func lookPath(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skip(err) // hack/test installs it
	}
	return path
}
