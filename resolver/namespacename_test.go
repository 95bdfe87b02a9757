package resolver

import (
	"strings"
	"testing"
)

func TestCheckNamespace(t *testing.T) {
	for name, want := range map[string]string{
		"default": "", "k8s.io": "", "a-b_c.d": "", "0": "", strings.Repeat("n", 76): "",
		strings.Repeat("n", 77): "longer than 76 bytes",
		"":                      "letters and digits", "a b": "letters and digits", "\tx": "letters and digits", "a/b": "letters and digits",
		"-a": "letters and digits", "a-": "letters and digits", "a..b": "letters and digits", "a._b": "letters and digits", "é": "letters and digits",
		"a\xff": "letters and digits", "--": "letters and digits",
	} {
		err := CheckNamespace(name)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", name, err, want)
		}
	}
}
