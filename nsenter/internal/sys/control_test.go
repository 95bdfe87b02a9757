package sys_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

func TestControlSocketKeepsMessagesApartAndEnds(t *testing.T) {
	ours, theirs, err := sys.ControlPair()
	must(t, err)
	defer ours.Close()
	closedOnExec(t, theirs)
	for _, message := range []string{"one", "two"} {
		_, err := theirs.WriteString(message)
		must(t, err)
	}
	data := make([]byte, 16)
	if n, err := ours.Read(data); string(data[:n]) != "one" || err != nil {
		t.Errorf("%q, %v", data[:n], err)
	}
	theirs.Close()
	if n, err := ours.Read(data); string(data[:n]) != "two" || err != nil {
		t.Errorf("%q, %v", data[:n], err)
	}
	if n, err := ours.Read(data); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("%q, %v", data[:n], err)
	}
}

func TestWaitForTheExecutorHasADeadline(t *testing.T) {
	ours, theirs, err := sys.ControlPair()
	must(t, err)
	defer ours.Close()
	defer theirs.Close()
	data := make([]byte, 16)
	begun := time.Now()
	if _, err := sys.Receive(ours, data, 10*time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(begun) < 8*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
	_, err = theirs.WriteString("one")
	must(t, err)
	if n, err := sys.Receive(ours, data, time.Minute); string(data[:n]) != "one" || err != nil {
		t.Errorf("%q, %v", data[:n], err)
	}
}

func TestWaitWithoutADeadlineCanBeEnded(t *testing.T) {
	ours, theirs, err := sys.ControlPair()
	must(t, err)
	defer ours.Close()
	defer theirs.Close()
	time.AfterFunc(10*time.Millisecond, func() { _ = sys.Shutdown(ours) })
	if n, err := sys.Receive(ours, make([]byte, 16), -1); n != 0 || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
}

// A descriptor that sidestep itself opened is not one that the caller wanted
// to pass, whatever its number.
func TestOnlyAnInheritedDescriptorIsPreserved(t *testing.T) {
	own, other, err := os.Pipe()
	must(t, err)
	defer own.Close()
	defer other.Close()
	number := int(own.Fd())
	if _, err := sys.Inherited(number); err == nil {
		t.Error("an own descriptor is passed")
	}
	inherited, err := unix.FcntlInt(own.Fd(), unix.F_DUPFD, 0) // not close-on-exec
	must(t, err)
	f, err := sys.Inherited(inherited)
	must(t, err)
	closedOnExec(t, f)
	must(t, f.Close())
	must(t, unix.Close(inherited)) // still open: the caller's is not ours to close
	if _, err := sys.Inherited(inherited); !errors.Is(err, syscall.EBADF) {
		t.Errorf("closed: %v", err)
	}
}

func TestPidfdTellsTheExit(t *testing.T) {
	cmd := exec.Command("cat")
	in, err := cmd.StdinPipe()
	must(t, err)
	must(t, cmd.Start())
	pidfd, err := sys.PidfdOpen(cmd.Process.Pid)
	must(t, err)
	defer pidfd.Close()
	closedOnExec(t, pidfd)
	if exited, err := sys.Readable(pidfd, 0); exited || err != nil {
		t.Errorf("it runs: %t, %v", exited, err)
	}
	in.Close()
	must(t, cmd.Wait())
	if exited, err := sys.Readable(pidfd, 0); !exited || err != nil {
		t.Errorf("it ended: %t, %v", exited, err)
	}
	if err := sys.PidfdSendSignal(pidfd, syscall.SIGTERM); !sys.IsNoProcess(err) {
		t.Errorf("signal: %v", err)
	}
}

// The names are those of the OCI runtime spec, the numbers the kernel's.
func TestLimitsAreThoseOfProcLimits(t *testing.T) {
	limits := sys.Rlimits()
	if len(limits) != 16 {
		t.Errorf("%d limits", len(limits))
	}
	seen := map[int]string{}
	for name, number := range limits {
		if other, twice := seen[number]; twice || number < 0 || number > 15 || !strings.HasPrefix(name, "RLIMIT_") {
			t.Errorf("%s is %d, as is %q", name, number, other)
		}
		seen[number] = name
	}
}

func TestFilterOfASupervisorIsRecognized(t *testing.T) {
	filter := func(action uint32) sys.Filter {
		return sys.Filter{Instructions: []unix.SockFilter{
			{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: unix.SECCOMP_RET_USER_NOTIF}, {Code: unix.BPF_RET | unix.BPF_K, K: action}}}
	}
	for action, want := range map[uint32]bool{
		unix.SECCOMP_RET_ALLOW: false, unix.SECCOMP_RET_ERRNO | 1: false, unix.SECCOMP_RET_USER_NOTIF: true,
		unix.SECCOMP_RET_USER_NOTIF | 7: true,
	} {
		if filter(action).Notifies() != want {
			t.Errorf("%#x: %t", action, !want)
		}
	}
}
