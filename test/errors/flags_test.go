package errors

import "testing"

func TestFlags(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		f.fail(t, "no-such-flag", "", f.exec("--no-such-flag")...)
		f.fail(t, "no-such-flag", "", append([]string{"--no-such-flag"}, f.exec()...)...)
		f.fail(t, "frobnicate", "", "frobnicate")
		f.fail(t, "frobnicate", "", "task", "frobnicate")
		f.fail(t, "", "", "exec")
		f.fail(t, "", "", "pid")
		f.fail(t, "", "", "pid", f.c.ID, "another")

		f.fail(t, "", "", f.exec("-e", "")...)
		f.fail(t, "", "", f.exec("-e", "=value")...)
		f.fail(t, "/no/such/file", "", f.exec("--env-file", "/no/such/file")...)
		f.fail(t, "", "", f.exec("--join", "net,nonsense")...)
		f.fail(t, "", "", f.exec("--cap-add", "CAP_NONSENSE")...)
		f.fail(t, "", "", f.exec("--preserve-fds", "-1")...)
		f.fail(t, "", "", f.exec("--preserve-fds", "3")...) // descriptor 3 is not open
		f.fail(t, "", "", f.exec("--pid-file", "/no/such/directory/pid")...)
		f.fail(t, "", "", append([]string{"--timeout", "soon"}, f.exec()...)...)
		f.fail(t, "", "", "ps", "-o", "nonsense")
	})
}

func TestUser(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		for _, user := range []string{
			"nobody-here", "4294967295", "4294967296", "99999999999", "-1", "0x0", "+0", " 1", "1:4294967296", "1:nogroup", "dev:", ":", ":0", "1:2:3",
		} {
			f.fail(t, "", "", f.exec("-u", user)...)
		}
	})
}

func TestWorkingDirectory(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		f.fail(t, "/no/such/directory", "", f.exec("-w", "/no/such/directory")...)
		f.fail(t, "/etc/passwd", "", f.exec("-w", "/etc/passwd")...)
		f.fail(t, "tmp", "", f.exec("-w", "tmp")...)
	})
}

// TestTerminal: -t needs no terminal of the caller, as ctr and runc have it;
// that it has none is no error.
func TestTerminal(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		r := f.bed.Sidestep(t, "exec", "-t", f.c.ID, "tty")
		if r.Code != 0 || r.Stdout != "/dev/pts/0\r\n" {
			t.Errorf("%+v", r)
		}
	})
}
