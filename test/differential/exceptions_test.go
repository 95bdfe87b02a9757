package differential

import (
	"regexp"
	"strings"
	"testing"
)

// difference is a field that is not what it is with runc.
type difference struct {
	field, sidestep, runc string
	execution             execution
}

// exception is a difference that is meant, and why.
type exception struct {
	what   string
	reason string
	is     func(difference) bool
	met    int // how often
}

// most is how many exceptions there may be.
const most = 5

var exceptions = []*exception{
	{
		what:   "blocked and ignored signals",
		reason: "runc passes on those of its caller: a command would survive SIGTERM because sidestep was started by nohup(1)",
		is: func(d difference) bool {
			return d.execution.hostile && regexp.MustCompile(`^status (SigBlk|SigIgn|ShdPnd)$`).MatchString(d.field) &&
				strings.Trim(d.sidestep, "0") == ""
		},
	},
	{
		what:   "umask that the spec does not name",
		reason: "runc passes on that of its caller, a shim's, which is 0022; sidestep's is whatever an administrator has",
		is: func(d difference) bool {
			return d.execution.hostile && strings.HasSuffix(strings.ToLower(d.field), " umask") && d.sidestep == "0022" && d.runc == "0077"
		},
	},
	{
		what:   "TERM on a terminal",
		reason: "runc leaves it to its callers, which set it: Docker, containerd's CRI plugin, and sidestep",
		is: func(d difference) bool {
			without := strings.NewReplacer("TERM=xterm\x00", "", `"TERM=xterm" `, "", ` "TERM=xterm"`, "").Replace(d.sidestep)
			return d.execution.tty && (d.field == "environ" || d.field == "probe environment") && without == d.runc
		},
	},
	{
		what:   "output modes of a terminal",
		reason: "in the foreground runc turns ONLCR off, and on the caller's terminal on; under a shim it leaves both",
		is: func(d difference) bool {
			return strings.HasSuffix(d.field, "'s modes") && d.sidestep == strings.Replace(d.runc, "output 01 ", "output 05 ", 1)
		},
	},
	{
		what:   "working directory below /proc/self",
		reason: "sidestep changes to it before it is in the PID namespace, where it has no such directory: it refuses",
		is: func(d difference) bool {
			return strings.HasPrefix(d.execution.what, "in /proc/self/") && d.sidestep == "refused"
		},
	},
}

// excepted reports whether the difference is meant.
func (d difference) excepted() bool {
	for _, x := range exceptions {
		if x.is(d) {
			x.met++
			return true
		}
	}
	return false
}

// checkExceptions checks that the list is short and that each is needed.
func checkExceptions(t *testing.T) {
	t.Helper()
	if len(exceptions) > most {
		t.Errorf("%d exceptions, at most %d are allowed", len(exceptions), most)
	}
	for _, x := range exceptions {
		t.Logf("excepted %d times: %s, because %s", x.met, x.what, x.reason)
		if x.met == 0 && !testing.Short() {
			t.Errorf("no longer needed: the exception for the %s", x.what)
		}
	}
}
