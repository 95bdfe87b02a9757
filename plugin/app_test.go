package plugin

import (
	"strings"
	"testing"
)

// exec is set up alone where its command line is sure to be its own.
func TestNewAppFor(t *testing.T) {
	for line, alone := range map[string]bool{
		"exec web true": true, "-n k8s.io exec web": true, "--address=/run/x --debug exec -it web sh": true, "--runtime-root /x exec web": true,
		"exec": true, "exec --help": true, "-a exec exec web": true,
		"": false, "ps": false, "pid exec": false, "task exec web": false, "--help exec": false, "-h exec": false, "--version exec": false,
		"-- exec": false, "help exec": false, "nonsense exec": false, "--timeout exec": false, "-a exec": false,
	} {
		app := newAppFor(append([]string{"sidestep"}, strings.Fields(line)...))
		if got := len(app.Commands) == 1; got != alone {
			t.Errorf("%q: alone %t", line, got)
		}
	}
}
