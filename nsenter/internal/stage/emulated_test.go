package stage_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
)

// runner names a program that runs the executables of another architecture:
//
//	GOARCH=arm64 go test -c -o stage.test
//	SIDESTEP_RUNNER=qemu-aarch64-static qemu-aarch64-static ./stage.test -test.run File
//
// The other tests execute a memfd, which the kernel itself has to understand.
const runner = "SIDESTEP_RUNNER"

// runFile runs a program from a file and returns its exit code, its output
// and its record.
func runFile(t *testing.T, p *stage.Program) (int, string, *stage.Record) {
	t.Helper()
	file, err := os.OpenFile(filepath.Join(t.TempDir(), "image"), os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(p.WriteImage(file, 3), file.Close())
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command(file.Name())
	if with := os.Getenv(runner); with != "" {
		cmd = exec.Command(with, file.Name())
	}
	cmd.ExtraFiles = []*os.File{w}
	out, err := cmd.Output()
	w.Close()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	var data [stage.RecordSize]byte
	if _, err := io.ReadFull(r, data[:]); err != nil {
		return cmd.ProcessState.ExitCode(), string(out), nil
	}
	record := stage.ParseRecord(data)
	return cmd.ProcessState.ExitCode(), string(out), &record
}

// One program takes each branch of the interpreter: all arguments, a result
// stored, loaded, negative, zero and positive.
func TestImageInAFileRuns(t *testing.T) {
	p := &stage.Program{}
	negative, zero, positive := p.Label(), p.Label(), p.Label()
	result := p.Words(0)
	p.Add(stage.Call{Nr: syscall.SYS_CLOSE, Args: [6]uint64{1000}, Store: result, Negative: negative})
	p.Add(exit(1))
	p.Mark(negative)
	p.Add(say(p, "negative "))
	p.Add(stage.Call{Nr: syscall.SYS_CLOSE, Args: [6]uint64{2}, Zero: zero})
	p.Add(exit(2))
	p.Mark(zero)
	c := say(p, "zero ")
	c.Positive = positive
	p.Add(c)
	p.Add(exit(3))
	p.Mark(positive)
	// mmap(2) takes six arguments; the address that it returns is a result
	// that another call gets as its argument.
	const pageSize, anonymous = 1 << 16, syscall.MAP_PRIVATE | syscall.MAP_ANONYMOUS
	p.Add(stage.Call{Step: "map", Nr: syscall.SYS_MMAP, Store: p.Argument(1),
		Args: [6]uint64{0, pageSize, syscall.PROT_READ, anonymous, 1<<64 - 1, 0}})
	p.Add(stage.Call{Step: "write the map", Nr: syscall.SYS_WRITE, Args: [6]uint64{1, 0, 4}})
	p.Add(stage.Call{Step: "recall", Nr: stage.Load, Args: [6]uint64{uint64(result)}})
	code, out, record := runFile(t, p)
	if code != 125 || out != "negative zero \x00\x00\x00\x00" || record == nil {
		t.Fatalf("code %d, output %q, record %v", code, out, record)
	}
	failed, ok := p.Call(*record)
	if !ok || failed.Step != "recall" || syscall.Errno(-record.Result) != syscall.EBADF {
		t.Errorf("%+v: %d", failed, record.Result)
	}
}

func TestImageInAFileWithoutItsControlDescriptorExits126(t *testing.T) {
	p := &stage.Program{}
	p.Add(stage.Call{Nr: syscall.SYS_CLOSE, Args: [6]uint64{3}})
	p.Add(stage.Call{Nr: syscall.SYS_CLOSE, Args: [6]uint64{3}})
	if code, _, record := runFile(t, p); code != 126 || record != nil {
		t.Errorf("code %d, record %v", code, record)
	}
}

func TestImageInAFileExecutesWithItsArguments(t *testing.T) {
	p := &stage.Program{}
	p.Add(stage.Call{Step: "execute", Nr: syscall.SYS_EXECVE, Args: [6]uint64{
		uint64(p.String("/bin/sh")), uint64(p.Strings([]string{"sh", "-c", `echo "$A $1"; exit 7`, "sh", "two words"})),
		uint64(p.Strings([]string{"A=of the image"}))}})
	if code, out, record := runFile(t, p); code != 7 || out != "of the image two words\n" || record != nil {
		t.Errorf("code %d, output %q, record %v", code, out, record)
	}
}
