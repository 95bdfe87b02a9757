package kubectl

import (
	"strings"
	"testing"
	"unicode"

	"github.com/sidestep-dev/sidestep/plugin/session"
)

// TestNodesWordsAreText: a node that is hostile does not control the terminal.
func TestNodesWordsAreText(t *testing.T) {
	c := newCaller(t, podOf("web-1", "n1"), nodeOf("n1"))
	const evil = "\x1b]0;owned\a\x1b[2J\u009b31m\r"
	for _, args := range [][]string{{"doctor", "n1"}, {"ns", "web-1"}, {"doctor", "-o", "json", "n1"}, {"ps", "n1"}, {"ps", "-o", "json", "n1"}} {
		output := "first" + evil + "\nsecond\n"
		if args[0] == "ps" || args[1] == "-o" {
			output = `[{"id":"` + "\u009b31m" + `"}]`
		}
		c.node.answer = &session.Answer{Output: []byte(output), Messages: "slow" + evil + "\nvery\n"}
		code := c.run(t, args...)
		all := c.out.String() + c.err.String()
		bad := strings.IndexFunc(all, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) })
		if code != 0 || bad >= 0 || c.err.String() != `slow\x1b]0;owned\a\x1b[2J\u009b31m\r`+"\nvery\n" {
			t.Errorf("%v: exit code %d, %q, %q", args, code, c.out.String(), c.err.String())
		}
		if !strings.HasPrefix(output, "[") && c.out.String() != `first\x1b]0;owned\a\x1b[2J\u009b31m\r`+"\nsecond\n" {
			t.Errorf("%v: %q", args, c.out.String())
		}
	}
}

// TestNodeThatMayNotBeLookedAt: whoever may not get nodes says that he means one.
func TestNodeThatMayNotBeLookedAt(t *testing.T) {
	c := newCaller(t, nodeOf("worker-3"))
	c.expectFailure(t, 125, `no pod "absent"`, "kubectl get pods -n shop", "ps", "absent")
	c.forbid("get", "nodes")
	for _, command := range []string{"ps", "doctor"} {
		c.expectFailure(t, 125, `no pod "worker-3"`, "node/worker-3", command, "worker-3")
		if code := c.run(t, command, "node/worker-3"); code > 1 {
			t.Errorf("%s: exit code %d, %s", command, code, c.err.String())
		}
	}
}
