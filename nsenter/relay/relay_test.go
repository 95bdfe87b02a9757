package relay_test

import (
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/sidestep-dev/sidestep/nsenter/relay"
)

// session starts a shell with the streams of a relay and returns what came
// out of it, when it is over.
func session(t *testing.T, stdin, stdout, stderr *os.File, script string) (*exec.Cmd, *relay.Relay) {
	t.Helper()
	r, err := relay.Open(stdin, stdout, stderr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	cmd := exec.Command("/bin/sh", "-c", script)
	in, out, errs := r.Files()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r.Start()
	return cmd, r
}

func finish(t *testing.T, cmd *exec.Cmd, r *relay.Relay) {
	t.Helper()
	if err := cmd.Wait(); err != nil {
		t.Errorf("the command: %v", err)
	}
	select {
	case <-r.Finish():
	case <-time.After(10 * time.Second):
		t.Fatal("what was written is not delivered after 10s")
	}
	if err := r.Err(); err != nil {
		t.Error(err)
	}
}

func openPTY(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Skipf("no terminal to be had: %v", err)
	}
	t.Cleanup(func() {
		master.Close()
		slave.Close()
	})
	return master, slave
}

func temp(t *testing.T) *os.File {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func content(t *testing.T, f *os.File) string {
	t.Helper()
	data, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestFilesAreHandedOver(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	out := temp(t)
	streams, err := relay.Open(r, out, out)
	if err != nil {
		t.Fatal(err)
	}
	defer streams.Close()
	if in, o, e := streams.Files(); in != r || o != out || e != out {
		t.Error("a pipe or a regular file was not handed over as it is")
	}
}

func TestNothingOfTheHostIsHandedOver(t *testing.T) {
	_, slave := openPTY(t)
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	dir, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	for _, c := range []struct {
		name string
		f    *os.File
	}{{"terminal", slave}, {"null device", null}, {"directory", dir}} {
		r, err := relay.Open(c.f, c.f, c.f)
		if err != nil {
			t.Fatal(err)
		}
		in, out, errs := r.Files()
		for _, f := range []*os.File{in, out, errs} {
			info, err := f.Stat()
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode().Type() != os.ModeNamedPipe {
				t.Errorf("instead of a pipe for a %s the command gets %v", c.name, info.Mode())
			}
		}
		r.Close()
	}
}

func TestStdinWithoutInput(t *testing.T) {
	out := temp(t)
	cmd, r := session(t, nil, out, out, "cat; echo end")
	finish(t, cmd, r)
	if got := content(t, out); got != "end\n" {
		t.Errorf("got %q", got)
	}
}

func TestCommandEndsBlock(t *testing.T) {
	// A command whose stdin or stdout does not block sees EAGAIN.
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	r, err := relay.Open(null, null, null)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	in, out, _ := r.Files()
	for _, f := range []*os.File{in, out} {
		// os.File takes deadlines for files that do not block.
		if err := f.SetDeadline(time.Time{}); err == nil {
			t.Errorf("%s does not block", f.Name())
		}
	}
}

func TestOrderOfStdoutAndStderr(t *testing.T) {
	master, slave := openPTY(t)
	cmd, r := session(t, nil, slave, slave, "for i in 1 2 3 4 5 6 7 8; do echo o$i; echo e$i >&2; done")
	finish(t, cmd, r)
	var want strings.Builder
	for _, i := range "12345678" {
		want.WriteString("o" + string(i) + "\r\ne" + string(i) + "\r\n")
	}
	got := make([]byte, want.Len())
	if _, err := io.ReadFull(master, got); err != nil {
		t.Fatal(err)
	}
	if string(got) != want.String() {
		t.Errorf("got %q", got)
	}
}

func TestEverythingIsDelivered(t *testing.T) {
	master, slave := openPTY(t)
	const size = 3 << 20
	got := make(chan int, 1)
	go func() {
		n, _ := io.Copy(io.Discard, io.LimitReader(master, size))
		got <- int(n)
	}()
	cmd, r := session(t, nil, slave, slave, "head -c 3145728 /dev/zero")
	finish(t, cmd, r)
	select {
	case n := <-got:
		if n != size {
			t.Errorf("%d of %d bytes", n, size)
		}
	case <-time.After(10 * time.Second):
		t.Error("not everything was delivered")
	}
}

func TestBackgroundProcessIsNotWaitedFor(t *testing.T) {
	_, slave := openPTY(t)
	cmd, r := session(t, nil, slave, slave, "sleep 5 & echo done")
	start := time.Now()
	finish(t, cmd, r)
	if d := time.Since(start); d > 3*time.Second {
		t.Errorf("waited %v", d)
	}
}

func TestClosedOutputEndsTheCommand(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	cmd, r := session(t, nil, full, full, "exec yes")
	werr := cmd.Wait()
	<-r.Finish()
	if r.Err() == nil {
		t.Error("no error although nothing could be written")
	}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGPIPE {
		t.Errorf("the command ended with %v", werr)
	}
}

func TestInputIsCopied(t *testing.T) {
	master, slave := openPTY(t)
	out := temp(t)
	cmd, r := session(t, slave, out, out, "read line; echo got $line; cat")
	if _, err := master.WriteString("hello\nmore\n\x04"); err != nil {
		t.Fatal(err)
	}
	finish(t, cmd, r)
	if got := content(t, out); got != "got hello\nmore\n" {
		t.Errorf("got %q", got)
	}
	select {
	case <-r.InputEnded():
	case <-time.After(5 * time.Second):
		t.Error("the end of the input was not noticed")
	}
}
