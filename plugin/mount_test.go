package plugin

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// host is an application like ctr's, with its global flags and their defaults,
// and with settings that differ from sidestep's.
func host(t *testing.T, args ...string) (stdout string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	app := &cli.App{
		Name:   "ctr",
		Writer: &out, ErrWriter: &errs,
		EnableBashCompletion: true,
		Suggest:              true,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "debug"},
			&cli.StringFlag{Name: "address", Aliases: []string{"a"}, Value: "/nowhere/default.sock"},
			&cli.StringFlag{Name: "namespace", Aliases: []string{"n"}, Value: "default"},
			&cli.DurationFlag{Name: "timeout"},
			&cli.DurationFlag{Name: "connect-timeout"},
		},
		Commands:       []*cli.Command{{Name: "sidestep", Subcommands: Commands()}},
		ExitErrHandler: func(*cli.Context, error) {},
	}
	err = app.Run(append([]string{"ctr"}, args...))
	if errs.Len() > 0 {
		t.Errorf("%q: written to stderr: %s", args, errs.String())
	}
	return out.String(), err
}

func TestMounted(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"sidestep exec --bogus web", "sidestep: error: unknown flag --bogus\nsidestep: hint: see ctr sidestep exec --help"},
		{"sidestep exec", "sidestep: error: no container is named\nsidestep: hint: see ctr sidestep exec --help"},
		{"sidestep exec -e =1,2 web ls", `sidestep: error: --env "=1,2": the name of the variable is empty`},
		{"-a /nowhere/other.sock sidestep exec -it web", "sidestep: error: the input device is not a terminal"},
		{"-a /nowhere/other.sock sidestep pid nobody-has-this-name", "sidestep: error: containerd at /nowhere/other.sock: no such socket"},
		{"sidestep task bogus", `sidestep: error: unknown command "bogus"`},
	} {
		stdout, err := host(t, strings.Fields(c.line)...)
		var coder cli.ExitCoder
		if !errors.As(err, &coder) || coder.ExitCode() != 125 || !strings.HasPrefix(err.Error(), c.want) || stdout != "" {
			t.Errorf("%s: %v, stdout %q", c.line, err, stdout)
		}
	}
	stdout, err := host(t, "sidestep", "exec", "--help")
	if err != nil || !strings.Contains(stdout, "ctr sidestep exec [command options] CONTAINER") {
		t.Errorf("help: %v, %q", err, stdout)
	}
}

func TestDefaultsOfTheHostAreNotTaken(t *testing.T) {
	var got globals
	app := &cli.App{
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "address", Value: "/nowhere/default.sock"},
			&cli.StringFlag{Name: "namespace", Value: "default"},
			&cli.DurationFlag{Name: "timeout"},
		},
		Commands: []*cli.Command{{Name: "x", Action: func(c *cli.Context) error {
			got = readGlobals(c)
			return nil
		}}},
	}
	if err := app.Run([]string{"ctr", "x"}); err != nil || !reflect.DeepEqual(got, globals{}) {
		t.Errorf("%+v, %v", got, err)
	}
	if err := app.Run([]string{"ctr", "--namespace", "k8s.io", "--timeout", "3s", "x"}); err != nil ||
		got.namespace != "k8s.io" || got.timeout.Seconds() != 3 {
		t.Errorf("%+v, %v", got, err)
	}
}
