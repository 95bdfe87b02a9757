package term_test

import (
	"os"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/sidestep-dev/sidestep/nsenter/term"
)

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

func TestIsTerminal(t *testing.T) {
	master, slave := openPTY(t)
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	r.Close()
	for _, c := range []struct {
		name string
		f    *os.File
		want bool
	}{
		{"master", master, true},
		{"slave", slave, true},
		{"null device", null, false},
		{"pipe", w, false},
		{"closed", r, false},
		{"nil", nil, false},
	} {
		if got := term.IsTerminal(c.f); got != c.want {
			t.Errorf("IsTerminal of %s = %v", c.name, got)
		}
	}
}

func TestSize(t *testing.T) {
	master, slave := openPTY(t)
	want := term.Size{Rows: 33, Cols: 77}
	if err := term.SetSize(master, want); err != nil {
		t.Fatal(err)
	}
	if got, err := term.GetSize(slave); err != nil || got != want {
		t.Errorf("GetSize = %v, %v", got, err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if _, err := term.GetSize(r); err == nil {
		t.Error("a pipe has a size")
	}
	if err := term.SetSize(r, want); err == nil {
		t.Error("a pipe took a size")
	}
}

func TestMakeRaw(t *testing.T) {
	master, slave := openPTY(t)
	if _, err := master.WriteString("typed before"); err != nil {
		t.Fatal(err)
	}
	restore, err := term.MakeRaw(slave)
	if err != nil {
		t.Fatal(err)
	}
	// In raw mode neither the end of the line nor ^C is waited for or eaten.
	if _, err := master.WriteString("\x03"); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 0, 64)
	for buf := make([]byte, 64); len(got) < len("typed before\x03"); {
		n, err := slave.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, buf[:n]...)
	}
	if string(got) != "typed before\x03" {
		t.Errorf("read %q", got)
	}
	for range 2 {
		if err := restore(); err != nil {
			t.Fatal(err)
		}
	}
	read := make(chan string, 1)
	go func() {
		buf := make([]byte, 64)
		n, _ := slave.Read(buf)
		read <- string(buf[:n])
	}()
	if _, err := master.WriteString("half"); err != nil {
		t.Fatal(err)
	}
	select {
	case s := <-read:
		t.Errorf("after restore half a line was read: %q", s)
	case <-time.After(50 * time.Millisecond):
	}
	if _, err := master.WriteString(" line\n"); err != nil {
		t.Fatal(err)
	}
	if s := <-read; s != "half line\n" {
		t.Errorf("after restore the line was read as %q", s)
	}
}

func TestMakeRawRefused(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if _, err := term.MakeRaw(r); err == nil {
		t.Error("a pipe was put into raw mode")
	}
}
