package escape_test

import (
	"testing"

	"github.com/sidestep-dev/sidestep/plugin/escape"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"plain, ünïcode …", "plain, ünïcode …"},
		{"two\nlines\r", `two\nlines\r`},
		{"\x1b[31mred", `\x1b[31mred`},
		{"\u009b31mred", `\u009b31mred`},
		{"\u202egnp.exe", `\u202egnp.exe`},
		{"bad\xff", `bad\xff`},
		{"\xef\xbf bad", `\xef\xbf bad`},
		{"\ufffd good\n", `� good\n`},
		{"", ""},
	} {
		if got := escape.Text(c.in); got != c.want {
			t.Errorf("Text(%q) = %s", c.in, got)
		}
	}
}

// TestJSON: what is escaped means the same to whoever parses it.
func TestJSON(t *testing.T) {
	const in, want = "{\n \"é\": \"\u009b \u202e \U000e0001\"}", "{\n \"é\": \"\\u009b \\u202e \\udb40\\udc01\"}"
	if got := escape.JSON(in); got != want {
		t.Errorf("JSON(%q) = %s", in, got)
	}
}
