package nsenter

import (
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

// entered returns an entrance and the executor's end of its control socket.
// The executor is a process that does nothing.
func entered(t *testing.T) (*entrance, *os.File) {
	t.Helper()
	ours, theirs, err := sys.ControlPair()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("cat")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	child, err := sys.AdoptChild(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ours.Close()
		theirs.Close()
		in.Close()
		_ = cmd.Wait() // where the test did not
	})
	p := &plan.Plan{Args: []string{"c"}, Path: []string{"/c"}, Cwd: "/"}
	return &entrance{plan: p, program: entry.Compile(p, nil), control: ours, child: child}, theirs
}

func send(t *testing.T, to *os.File, record stage.Record) {
	t.Helper()
	data := binary.NativeEndian.AppendUint64(nil, record.Call)
	if _, err := to.Write(binary.NativeEndian.AppendUint64(data, uint64(record.Result))); err != nil {
		t.Fatal(err)
	}
}

// recordOf returns the record of the failure of a step of the program.
func recordOf(t *testing.T, program *stage.Program, step string, errno syscall.Errno) stage.Record {
	t.Helper()
	for at := uint64(1 << 29); at < 1<<29+1<<16; at += 8 {
		if call, ok := program.Call(stage.Record{Call: at}); ok && call.Step == step {
			return stage.Record{Call: at, Result: -int64(errno)}
		}
	}
	t.Fatalf("no step %q", step)
	return stage.Record{}
}

func TestMessageIsTakenInItsTurnOnly(t *testing.T) {
	e, executor := entered(t)
	send(t, executor, stage.Record{Call: entry.Ready, Result: '/'})
	if got, err := e.receive(entry.Ready, "it"); err != nil || got != '/' {
		t.Errorf("%d, %v", got, err)
	}
	send(t, executor, stage.Record{Call: entry.Born, Result: 1})
	var step *StepError
	if _, err := e.receive(entry.Ready, "it"); !errors.As(err, &step) {
		t.Errorf("Born in the place of Ready: %v", err)
	}
	send(t, executor, stage.Record{Call: entry.Ready})
	if err := e.awaitExec(); !errors.As(err, &step) {
		t.Errorf("Ready in the place of the execution: %v", err)
	}
}

func TestFailureIsToldInTheMiddleOfTheWay(t *testing.T) {
	e, executor := entered(t)
	send(t, executor, recordOf(t, e.program, entry.StepDirectory, syscall.ENOENT))
	var dir *DirectoryError
	if _, err := e.receive(entry.Ready, "it"); !errors.As(err, &dir) {
		t.Errorf("%v", err)
	}
	send(t, executor, recordOf(t, e.program, entry.StepExecute, syscall.ENOEXEC))
	var failed *ExecError
	if err := e.awaitExec(); !errors.As(err, &failed) {
		t.Errorf("%v", err)
	}
}

// execve(2) closes the socket: its end is the success, but not before.
func TestSilenceIsSuccessOnlyAtTheEnd(t *testing.T) {
	e, executor := entered(t)
	executor.Close()
	if err := e.awaitExec(); err != nil {
		t.Errorf("%v", err)
	}
	_, err := e.receive(entry.Ready, "the executor to join")
	if !errors.Is(err, errClosed) || !strings.Contains(err.Error(), "the executor to join") || !strings.Contains(err.Error(), "killed") {
		t.Errorf("%v", err)
	}
}

func TestDamagedMessageIsAnError(t *testing.T) {
	for _, size := range []int{1, 8, 15} {
		e, executor := entered(t)
		if _, err := executor.Write(make([]byte, size)); err != nil {
			t.Fatal(err)
		}
		executor.Close()
		if err := e.awaitExec(); err == nil {
			t.Errorf("%d bytes are taken for success", size)
		}
	}
}

func TestAbandonedExecutorEnds(t *testing.T) {
	e, _ := entered(t)
	begun := time.Now()
	e.abandon()
	if err := e.child.Signal(syscall.Signal(0)); !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("it runs after %v: %v", time.Since(begun), err)
	}
	if err := e.release(); err == nil {
		t.Error("it is released although it was abandoned")
	}
}

func TestExecutorGoesOnByOneByte(t *testing.T) {
	e, executor := entered(t)
	if err := e.release(); err != nil {
		t.Fatal(err)
	}
	var word [8]byte
	if n, err := executor.Read(word[:]); n != 1 || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
}
