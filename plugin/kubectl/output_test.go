package kubectl

import (
	"os"
	"testing"

	"github.com/sidestep-dev/sidestep/plugin/session"
)

// writing are commands whose output is made here.
var writing = [][]string{
	{"exec", "--all", "--", "same"},
	{"exec", "--all", "--", "endless"},
	{"exec", "--all", "--fold", "--", "same"},
	{"exec", "--all", "-o", "json", "--", "same"},
	{"ps"},
	{"ps", "-o", "json"},
	{"ns", "web-1"},
	{"doctor", "node/n1"},
	{"version"},
	{"rbac"},
	{"exec", "--print-pod", "web-1"},
}

// TestFullDevice: a result that cannot be written is a failure.
func TestFullDevice(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	c := newCaller(t, podOf("web-1", "n1"), podOf("web-2", "n1"), nodeOf("n1"))
	c.stdout = full
	for _, args := range writing {
		if code := c.run(t, args...); code != 125 {
			t.Errorf("%v: exit code %d, %q", args, code, c.err.String())
		}
	}
}

// TestClosedPipe: whoever has closed it wants no more, which is no failure.
func TestClosedPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	defer w.Close()
	c := newCaller(t, podOf("web-1", "n1"), podOf("web-2", "n1"), nodeOf("n1"))
	c.stdout = w
	c.node.answer = &session.Answer{Output: []byte("[]")}
	for _, args := range writing {
		if code := c.run(t, args...); code != 141 || c.err.Len() > 0 {
			t.Errorf("%v: exit code %d, %q", args, code, c.err.String())
		}
	}
}
