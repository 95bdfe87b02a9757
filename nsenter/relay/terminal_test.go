package relay_test

import (
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/sidestep-dev/sidestep/nsenter/relay"
)

// shell starts a shell on a terminal of its own and attaches to it.
func shell(t *testing.T, stdin, stdout *os.File, script string) (*exec.Cmd, *relay.Relay) {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", script)
	// A signal that is ignored, as below nohup, is so for the shell too; one that is caught is not.
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	master, err := pty.Start(cmd)
	if err != nil {
		t.Skipf("no terminal to be had: %v", err)
	}
	r, err := relay.AttachTerminal(master, stdin, stdout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	r.Start()
	return cmd, r
}

func TestTerminalDeliversWhatAQuickCommandWrote(t *testing.T) {
	for range 50 {
		out := temp(t)
		cmd, r := shell(t, nil, out, "echo quick")
		finish(t, cmd, r)
		if got := content(t, out); got != "quick\r\n" {
			t.Fatalf("got %q", got)
		}
	}
}

func TestTerminalDeliversEverything(t *testing.T) {
	out := temp(t)
	cmd, r := shell(t, nil, out, "head -c 1000000 /dev/zero")
	finish(t, cmd, r)
	if got := content(t, out); len(got) != 1000000 {
		t.Errorf("%d of 1000000 bytes", len(got))
	}
}

func TestTerminalBackgroundProcessIsNotWaitedFor(t *testing.T) {
	out := temp(t)
	// The process that is left ignores the hang-up and keeps the terminal open.
	cmd, r := shell(t, nil, out, "trap '' HUP; sleep 5 & echo done")
	start := time.Now()
	finish(t, cmd, r)
	if d := time.Since(start); d > 3*time.Second {
		t.Errorf("waited %v", d)
	}
	if got := content(t, out); got != "done\r\n" {
		t.Errorf("got %q", got)
	}
}

func TestTerminalTyping(t *testing.T) {
	in, typed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out := temp(t)
	cmd, r := shell(t, in, out, "stty -echo; read a; echo got $a; cat >/dev/null")
	if _, err := typed.WriteString("hello\n"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, out, "got hello")
	if _, err := typed.WriteString("\x04"); err != nil {
		t.Fatal(err)
	}
	finish(t, cmd, r)
	typed.Close()
	select {
	case <-r.InputEnded():
	case <-time.After(5 * time.Second):
		t.Error("the end of the input was not noticed")
	}
}

func TestTerminalClosedByTheCommandIsNoHangup(t *testing.T) {
	out := temp(t)
	cmd, r := shell(t, nil, out,
		"exec </dev/null >/dev/null 2>&1; sleep 0.3; echo back >/dev/tty; exit 0")
	finish(t, cmd, r)
	if got := content(t, out); got != "back\r\n" {
		t.Errorf("got %q", got)
	}
}

func TestTerminalCloseHangsUp(t *testing.T) {
	in, typed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	defer typed.Close()
	cmd, r := shell(t, in, temp(t), "sleep 10")
	r.Close()
	wantSignal(t, cmd, syscall.SIGHUP)
}

func TestTerminalHangsUpWhenNobodyReads(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	cmd, _ := shell(t, nil, write, "while echo x; do :; done")
	if _, err := io.ReadFull(read, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	read.Close()
	wantSignal(t, cmd, syscall.SIGHUP)
}

func wantSignal(t *testing.T, cmd *exec.Cmd, want syscall.Signal) {
	t.Helper()
	timer := time.AfterFunc(5*time.Second, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	err := cmd.Wait()
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || status.Signal() != want {
		t.Errorf("the command ended with %v, not with %v", err, want)
	}
}

func waitFor(t *testing.T, f *os.File, text string) {
	t.Helper()
	for range 100 {
		if strings.Contains(content(t, f), text) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%q was not written: %q", text, content(t, f))
}
