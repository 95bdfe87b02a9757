package stage_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// run executes a program and returns its exit code, its output and its record.
func run(t *testing.T, p *stage.Program) (int, string, *stage.Record) {
	t.Helper()
	image, err := sys.NewExecutable("test")
	if err != nil {
		t.Fatal(err)
	}
	defer image.Close()
	if err := p.WriteImage(image, 3); err != nil {
		t.Fatal(err)
	}
	if err := sys.Seal(image); err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command("/proc/" + strconv.Itoa(os.Getpid()) + "/fd/" + strconv.Itoa(int(image.Fd())))
	cmd.ExtraFiles = []*os.File{w}
	cmd.Env = []string{}
	out, err := cmd.Output()
	w.Close()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	var data [stage.RecordSize]byte
	if _, err := io.ReadFull(r, data[:]); err == nil {
		record := stage.ParseRecord(data)
		return cmd.ProcessState.ExitCode(), string(out), &record
	}
	return cmd.ProcessState.ExitCode(), string(out), nil
}

func exit(code uint64) stage.Call {
	return stage.Call{Nr: syscall.SYS_EXIT_GROUP, Args: [6]uint64{code}}
}

func say(p *stage.Program, s string) stage.Call {
	return stage.Call{Step: "say", Nr: syscall.SYS_WRITE, Args: [6]uint64{1, uint64(p.String(s)), uint64(len(s))}}
}

func TestProgramRunsItsCallsInOrder(t *testing.T) {
	p := &stage.Program{}
	p.Add(say(p, "one "))
	p.Add(say(p, "two"))
	p.Add(exit(42))
	code, out, record := run(t, p)
	if code != 42 || out != "one two" || record != nil {
		t.Fatalf("code %d, output %q, record %v", code, out, record)
	}
}

func TestFailureNamesItsCallAndErrno(t *testing.T) {
	p := &stage.Program{}
	p.Add(say(p, "before"))
	p.Add(stage.Call{Step: "close nothing", Nr: syscall.SYS_CLOSE, Args: [6]uint64{1000}})
	p.Add(say(p, "after"))
	code, out, record := run(t, p)
	if code != 125 || out != "before" || record == nil {
		t.Fatalf("code %d, output %q, record %v", code, out, record)
	}
	call, ok := p.Call(*record)
	if !ok || call.Step != "close nothing" || syscall.Errno(-record.Result) != syscall.EBADF {
		t.Fatalf("call %+v, result %d", call, record.Result)
	}
}

func TestResultChoosesTheNextCall(t *testing.T) {
	const failing, zero, positive = 1000, 2, 1
	for name, fd := range map[string]uint64{"negative": failing, "positive": positive} {
		p := &stage.Program{}
		bad, good := p.Label(), p.Label()
		c := say(p, "x")
		c.Args[0] = fd
		c.Negative, c.Positive = bad, good
		p.Add(c)
		p.Add(exit(9))
		p.Mark(bad)
		p.Add(exit(1))
		p.Mark(good)
		p.Add(exit(2))
		want := map[string]int{"negative": 1, "positive": 2}[name]
		if code, _, _ := run(t, p); code != want {
			t.Errorf("%s: code %d, want %d", name, code, want)
		}
	}
	p := &stage.Program{}
	end := p.Label()
	p.Add(stage.Call{Nr: syscall.SYS_CLOSE, Args: [6]uint64{zero}, Zero: end})
	p.Add(exit(9))
	p.Mark(end)
	p.Add(exit(3))
	if code, _, _ := run(t, p); code != 3 {
		t.Errorf("zero: code %d", code)
	}
}

func TestStoredResultIsLoaded(t *testing.T) {
	p := &stage.Program{}
	result := p.Words(0)
	p.Add(stage.Call{Nr: syscall.SYS_CLOSE, Args: [6]uint64{1000}, Store: result, Negative: p.Label()})
	p.Mark(1)
	p.Add(stage.Call{Step: "recall", Nr: stage.Load, Args: [6]uint64{uint64(result)}})
	_, _, record := run(t, p)
	if record == nil || syscall.Errno(-record.Result) != syscall.EBADF {
		t.Fatalf("record %v", record)
	}
}

// A container's `#!/proc/self/exe` makes the kernel run the image once more,
// without its descriptors.
func TestProgramWithoutItsControlDescriptorExits126(t *testing.T) {
	p := &stage.Program{}
	p.Add(stage.Call{Nr: syscall.SYS_CLOSE, Args: [6]uint64{3}})
	p.Add(stage.Call{Nr: syscall.SYS_CLOSE, Args: [6]uint64{3}})
	if code, _, record := run(t, p); code != 126 || record != nil {
		t.Fatalf("code %d, record %v", code, record)
	}
}

func TestExecveGetsArgumentsAndEnvironmentUnchanged(t *testing.T) {
	env := []string{"A=1", "A=2", "EMPTY=", "LINES=a\nb", "LONG=" + strings.Repeat("x", 100_000)}
	p := &stage.Program{}
	p.Add(stage.Call{Nr: syscall.SYS_EXECVE, Args: [6]uint64{
		uint64(p.String("/usr/bin/env")), uint64(p.Strings([]string{"env", "-0"})), uint64(p.Strings(env))}})
	code, out, record := run(t, p)
	if code != 0 || record != nil || out != strings.Join(env, "\x00")+"\x00" {
		t.Fatalf("code %d, record %v, %d bytes", code, record, len(out))
	}
}

func TestSealedImageCannotBeWritten(t *testing.T) {
	image, err := sys.NewExecutable("test")
	if err != nil {
		t.Fatal(err)
	}
	defer image.Close()
	if err := (&stage.Program{}).WriteImage(image, 3); err != nil {
		t.Fatal(err)
	}
	if err := sys.Seal(image); err != nil {
		t.Fatal(err)
	}
	if _, err := image.WriteAt([]byte("x"), 0); !errors.Is(err, syscall.EPERM) {
		t.Fatalf("write: %v", err)
	}
	path := "/proc/self/fd/" + strconv.Itoa(int(image.Fd()))
	if f, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
		defer f.Close()
		if _, err := f.Write([]byte("x")); !errors.Is(err, syscall.EPERM) {
			t.Fatalf("write through /proc: %v", err)
		}
	}
}
