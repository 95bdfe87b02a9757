package plugin

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

func TestParseExec(t *testing.T) {
	for _, c := range []struct {
		line string
		want execOptions
		args string
	}{
		{"web ls -l", execOptions{}, "web ls -l"},
		{"-it web sh", execOptions{interactive: true, tty: true}, "web sh"},
		{"-i -t web sh", execOptions{interactive: true, tty: true}, "web sh"},
		{"--interactive --tty web sh", execOptions{interactive: true, tty: true}, "web sh"},
		{"-i=false -t=true web sh", execOptions{tty: true}, "web sh"},
		{"web -it sh", execOptions{}, "web -it sh"},
		{"web -- ls -- -l", execOptions{}, "web -- ls -- -l"},
		{"-i -- web ls", execOptions{interactive: true}, "web ls"},
		{"-- -odd- ls", execOptions{}, "-odd- ls"},
		{"-uroot web id", execOptions{user: "root"}, "web id"},
		{"-u root web id", execOptions{user: "root"}, "web id"},
		{"--user=root:adm web id", execOptions{user: "root:adm"}, "web id"},
		{"-ituroot web sh", execOptions{interactive: true, tty: true, user: "root"}, "web sh"},
		{"-itu root web sh", execOptions{interactive: true, tty: true, user: "root"}, "web sh"},
		{"-u= web id", execOptions{}, "web id"},
		{"-eA=b=c web env", execOptions{env: list{"A=b=c"}}, "web env"},
		{"-e A=1,2 -e B --env=C= web env", execOptions{env: list{"A=1,2", "B", "C="}}, "web env"},
		{"-e it -it web sh", execOptions{interactive: true, tty: true, env: list{"it"}}, "web sh"},
		{"-e -it web sh", execOptions{env: list{"-it"}}, "web sh"},
		{"-w /tmp web pwd", execOptions{workdir: "/tmp"}, "web pwd"},
		{"--cwd /tmp web pwd", execOptions{workdir: "/tmp"}, "web pwd"},
		{"--workdir=/tmp web pwd", execOptions{workdir: "/tmp"}, "web pwd"},
		{"--preserve-fds 2 --pid-file f web x", execOptions{preserveFDs: 2, pidFile: "f"}, "web x"},
		{"--join net,uts --join pid web x", execOptions{join: list{"net,uts", "pid"}}, "web x"},
		{"-d --privileged --no-new-privs --cap-add A --cap-add B web x", execOptions{
			detach: true, privileged: true, noNewPrivs: true, capAdd: list{"A", "B"},
		}, "web x"},
		{"--no-seccomp --no-label web x", execOptions{noSeccomp: true, noLabel: true}, "web x"},
		{"-tty web sh", execOptions{tty: true}, "web sh"}, // one dash, as ctr takes it
	} {
		var o execOptions
		args, err := parse(o.flags(), flagsFirst, strings.Fields(c.line))
		if err != nil {
			t.Errorf("%s: %v", c.line, err)
			continue
		}
		if !reflect.DeepEqual(o, c.want) || strings.Join(args, " ") != c.args {
			t.Errorf("%s:\n got %+v %q\nwant %+v %q", c.line, o, args, c.want, c.args)
		}
	}
}

func TestParseMistakes(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"-x web ls", "unknown flag -x"},
		{"-itx web ls", `unknown flag -x in "-itx"`},
		{"--itx web ls", "unknown flag --itx"},
		{"--bogus=1 web ls", "unknown flag --bogus"},
		{"-u", "flag -u needs a value"},
		{"--user", "flag --user needs a value"},
		{"-i=maybe web", `invalid value "maybe" for flag -i: it is true or false`},
		{"--preserve-fds many web", `invalid value "many" for flag --preserve-fds: it is not a number`},
		{"--preserve-fds 99999999999999999999 web", `invalid value "99999999999999999999" for flag --preserve-fds: value out of range`},
	} {
		var o execOptions
		_, err := parse(o.flags(), flagsFirst, strings.Fields(c.line))
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, not %s", c.line, err, c.want)
		}
	}
}

func TestParseHelp(t *testing.T) {
	for _, c := range []struct {
		order order
		line  string
		help  bool
	}{
		{flagsFirst, "--help", true},
		{flagsFirst, "-h", true},
		{flagsFirst, "-i --help web", true},
		{flagsFirst, "web ls --help", false},
		{flagsAnyway, "web --help", true},
		{flagsAnyway, "-- --help", false},
	} {
		var o execOptions
		_, err := parse(append(o.flags(), cli.HelpFlag), c.order, strings.Fields(c.line))
		if errors.Is(err, errHelp) != c.help {
			t.Errorf("%s: %v", c.line, err)
		}
	}
}

func TestParseFlagsAnyway(t *testing.T) {
	for _, line := range []string{"-o json web", "web -o json", "web -ojson", "web --output=json", "-o=json web"} {
		var format string
		args, err := parse(named(outputFlag(&format, formatText, formatJSON)), flagsAnyway, strings.Fields(line))
		if err != nil || format != formatJSON || len(args) != 1 || args[0] != "web" {
			t.Errorf("%s: format %q, arguments %q, %v", line, format, args, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("-it web sh")
	f.Add("-e A=b -- web")
	f.Fuzz(func(t *testing.T, line string) {
		words := strings.Split(line, " ")
		var o execOptions
		args, err := parse(o.flags(), flagsFirst, words)
		if err == nil && len(args) > len(words) {
			t.Errorf("%q became %q", words, args)
		}
	})
}
