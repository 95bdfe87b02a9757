package plugin

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func callerEnv(name string) (string, bool) {
	value, ok := map[string]string{"HERE": "yes", "EMPTY": "", "MULTI": "a=b"}[name]
	return value, ok
}

func TestEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(file, []byte("FROM=file\nHERE\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		files, vars []string
		want        []string
	}{
		{nil, nil, nil},
		{nil, []string{"A=b"}, []string{"A=b"}},
		{nil, []string{"A="}, []string{"A="}},
		{nil, []string{"A=b=c d,e"}, []string{"A=b=c d,e"}},
		{nil, []string{"HERE"}, []string{"HERE=yes"}},
		{nil, []string{"EMPTY"}, []string{"EMPTY="}},
		{nil, []string{"MULTI"}, []string{"MULTI=a=b"}},
		{nil, []string{"NOWHERE"}, nil},
		{[]string{file}, []string{"FROM=hand"}, []string{"FROM=file", "HERE=yes", "FROM=hand"}},
	} {
		got, err := environment(c.files, c.vars, callerEnv)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("environment(%q, %q) = %q, %v", c.files, c.vars, got, err)
		}
	}
}

func TestEnvironmentMistakes(t *testing.T) {
	for _, c := range []struct {
		files, vars []string
		want        string
	}{
		{nil, []string{""}, `--env "": the name of the variable is empty`},
		{nil, []string{"=x"}, `--env "=x": the name of the variable is empty`},
		{nil, []string{"A=\x00"}, `--env "A=\x00": a variable cannot hold a NUL`},
		{[]string{"/nowhere"}, nil, `--env-file "/nowhere": no such file or directory`},
		{[]string{"/"}, nil, `--env-file "/": is a directory`},
		{[]string{"/dev/zero"}, nil, `--env-file "/dev/zero": line 1: longer than 262144 bytes`},
	} {
		if _, err := environment(c.files, c.vars, callerEnv); err == nil || err.Error() != c.want {
			t.Errorf("environment(%q, %q): %v, not %s", c.files, c.vars, err, c.want)
		}
	}
}

func TestParseEnvFile(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"\uFEFFA=b", []string{"A=b"}},
		{"# comment\n\n   \n\t# another\nA=b\r\n", []string{"A=b"}},
		{"  A= b c # no comment ", []string{"A= b c # no comment "}},
		{"A=\"quoted\"\nB='x'", []string{`A="quoted"`, "B='x'"}},
		{"HERE\nNOWHERE\nEMPTY", []string{"HERE=yes", "EMPTY="}},
	} {
		got, err := parseEnvFile(strings.NewReader(c.text), callerEnv)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("parseEnvFile(%q) = %q, %v", c.text, got, err)
		}
	}
}

func TestParseEnvFileMistakes(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"A=b\n=x", "line 2: the name of the variable is empty"},
		{"A=b\n\nB C=d", `line 3: the name of the variable "B C" holds a blank`},
		{"A=\xff", "line 1: the text is not UTF-8"},
		{"A=\x00", "line 1: a variable cannot hold a NUL"},
		{"A=b\nB=" + strings.Repeat("x", maxEnvLine), "line 2: longer than 262144 bytes"},
		{strings.Repeat("A=b\n", maxEnvFile/4+1), "longer than 4194304 bytes"},
	} {
		if _, err := parseEnvFile(strings.NewReader(c.text), callerEnv); err == nil || err.Error() != c.want {
			t.Errorf("parseEnvFile(%.20q): %v, not %s", c.text, err, c.want)
		}
	}
}

func FuzzParseEnvFile(f *testing.F) {
	f.Add("A=b\n# c\nHERE\n")
	f.Fuzz(func(t *testing.T, text string) {
		env, err := parseEnvFile(strings.NewReader(text), callerEnv)
		if err != nil {
			return
		}
		for _, entry := range env {
			if i := strings.IndexByte(entry, '='); i < 1 || strings.ContainsAny(entry, "\x00\n") {
				t.Errorf("%q became %q", text, entry)
			}
		}
	})
}
