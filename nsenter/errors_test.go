package nsenter

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"syscall"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

// failure is the record of the failure of a step, in a program of its own.
func failure(step string, errno syscall.Errno) (*stage.Program, stage.Record) {
	program := &stage.Program{}
	program.Add(stage.Call{Step: "another step"})
	program.Add(stage.Call{Step: step})
	for at := uint64(1 << 29); ; at += 8 { // where the second call is
		if call, ok := program.Call(stage.Record{Call: at}); ok && call.Step == step {
			return program, stage.Record{Call: at, Result: -int64(errno)}
		}
	}
}

func TestWhyTheCommandWasNotExecuted(t *testing.T) {
	for _, c := range []struct {
		step     string
		errno    syscall.Errno
		path     []string
		notFound bool
		words    string
	}{
		{entry.StepNotFound, syscall.ENOENT, []string{"/a/c", "/b/c"}, true, "no such command in PATH"},
		{entry.StepNotFound, syscall.ENOENT, nil, true, "no such command in PATH"},
		{entry.StepNotFound, syscall.ENOENT, []string{"/b/c"}, true, "no such command in PATH"},
		{entry.StepNotFound, syscall.ENOENT, []string{"/a/c"}, true, "no such file"},
		{entry.StepNotFound, syscall.ENOTDIR, []string{"/a/c"}, true, "not a directory"},
		{entry.StepNotFound, syscall.ENAMETOOLONG, []string{"/a/c"}, false, "too long"},
		{entry.StepNotFound, syscall.ELOOP, []string{"/a/c"}, false, "symbolic link"},
		{entry.StepNotFound, syscall.EACCES, []string{"/a/c"}, false, "permission denied"},
		{entry.StepIsDirectory, 0, []string{"/a/c"}, false, "is a directory"},
		{entry.StepNotExecutable, syscall.EACCES, []string{"/a/c"}, false, "permission denied"},
		{entry.StepExecute, syscall.ENOENT, []string{"/a/c"}, false, "interpreter"},
		{entry.StepExecute, syscall.ENOEXEC, []string{"/a/c"}, false, "exec format error"},
		{entry.StepExecute, syscall.E2BIG, []string{"/a/c"}, false, "argument list too long"},
		{entry.StepExecute, syscall.EACCES, []string{"/a/c"}, false, "permission denied"},
	} {
		program, record := failure(c.step, c.errno)
		command := "c\x1b"
		if c.words != "no such command in PATH" {
			command = "/a/c\x1b"
		}
		err := explain(&plan.Plan{Args: []string{command}, Path: c.path}, program, record)
		var exec *ExecError
		if !errors.As(err, &exec) || exec.NotFound != c.notFound || exec.Command != command || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s, %v: %v", c.step, c.errno, err)
		}
		if exec.NoInterpreter != strings.Contains(c.words, "interpreter") {
			t.Errorf("%v: no interpreter: %t", err, exec.NoInterpreter)
		}
		if strings.Contains(err.Error(), "\x1b") {
			t.Errorf("the command is not quoted: %q", err)
		}
	}
}

func TestDirectoryThatCannotBeEnteredIsNamed(t *testing.T) {
	program, record := failure(entry.StepDirectory, syscall.ENOENT)
	err := explain(&plan.Plan{Args: []string{"c"}, Cwd: "/no\nwhere"}, program, record)
	var dir *DirectoryError
	if !errors.As(err, &dir) || dir.Directory != "/no\nwhere" || !errors.Is(err, syscall.ENOENT) || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v", err)
	}
}

func TestAnyOtherStepIsNamedWithItsErrno(t *testing.T) {
	program, record := failure("join the namespaces", syscall.EPERM)
	err := explain(&plan.Plan{Args: []string{"c"}}, program, record)
	var step *StepError
	if !errors.As(err, &step) || step.Step != "join the namespaces" || !errors.Is(err, syscall.EPERM) {
		t.Errorf("%v", err)
	}
}

func TestInitThatDoesNotStop(t *testing.T) {
	err := &FiltersError{Err: fmt.Errorf("it did not stop: %w", context.DeadlineExceeded)}
	if err.Error() != "copy the seccomp filters of init: it did not stop in 1s" {
		t.Errorf("%v", err)
	}
}

// Who can write to the control socket is the executor; should the container
// get hold of it, sidestep says so and does not crash.
func TestForgedRecordIsAnError(t *testing.T) {
	program := entry.Compile(&plan.Plan{Args: []string{"c"}, Cwd: "/"}, nil)
	for _, call := range []uint64{0, 1, 2, 3, 64, 1 << 29, 1<<29 + 63, 1<<29 + 1<<28, 1 << 62, 1 << 63, 1<<63 + 1<<30, math.MaxUint64 - 1, math.MaxUint64} {
		for _, result := range []int64{0, 1, -1, -4096, math.MinInt64, math.MaxInt64} {
			func() {
				defer func() {
					if r := recover(); r != nil {
						t.Errorf("record of call %#x, result %d: panic: %v", call, result, r)
					}
				}()
				err := explain(&plan.Plan{Args: []string{"c"}}, program, stage.Record{Call: call, Result: result})
				if err == nil || err.Error() == "" {
					t.Errorf("record of call %#x, result %d: %v", call, result, err)
				}
			}()
		}
	}
}

func TestExitCodeIsThatOfAShell(t *testing.T) {
	for want, status := range map[int]Status{0: {}, 7: {Code: 7}, 255: {Code: 255}, 137: {Signal: syscall.SIGKILL}, 143: {Code: -1, Signal: syscall.SIGTERM}} {
		if got := status.ExitCode(); got != want {
			t.Errorf("%+v: %d and not %d", status, got, want)
		}
	}
}
