package plugin

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func completions(words ...string) []string {
	app := newApp()
	line := &typed{flags: app.Flags, commands: app.Commands}
	line.containers = func(g globals) []string {
		return []string{"web", "web-2", "db", "in-" + g.namespace + "-at-" + g.address}
	}
	line.namespaces = func(g globals) []string { return []string{"moby", "k8s.io", "default"} }
	return line.complete(words)
}

func TestComplete(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"", "completion doctor exec help ns pid ps task version who"},
		{"p", "pid ps"},
		{"--n", "--namespace"},
		{"-n ", "default k8s.io moby"},
		{"--namespace=k", "--namespace=k8s.io"},
		{"-n k", "k8s.io"},
		{"--source ", "bundle containerd proc runtime shim"},
		{"--source proc,s", "proc,shim"},
		{"--source=shim,b", "--source=shim,bundle"},
		{"-a ", ":"},
		{"--runtime-root /x", ":"},
		{"--timeout ", ""},
		{"exec -u ", ""},
		{"exec -e ", ""},
		{"exec -w ", ""},
		{"exec --env-file ", ":"},
		{"exec --pid-file=/x", ":"},
		{"exec --cap-add NET_B", "NET_BIND_SERVICE NET_BROADCAST"},
		{"exec --cap-add=SYS_A", "--cap-add=SYS_ADMIN"},
		{"exec --bogus=", ""},
		{"exec --privileged=", ""},
		{"exec pid:", ""},
		{"exec --join net,u", "net,user net,uts"},
		{"ps --output=", "--output=json --output=table --output=wide"},
		{"ps --output=w", "--output=wide"},
		{"pid --output=", "--output=json"},
		{"-n k8s.io exec in", "in-k8s.io-at-"},
		{"-a /s --namespace=x exec in", "in-x-at-/s"},
		{"exec we", "web web-2"},
		{"exec -it we", "web web-2"},
		{"exec -itu root we", "web web-2"},
		{"exec -e A=b --user 0 we", "web web-2"},
		{"exec --user=0 we", "web web-2"},
		{"exec -- we", "web web-2"},
		{"exec --ca", "--cap-add"},
		{"exec --join n", "net"},
		{"exec web ", ":"},
		{"exec web --t", ":"},
		{"exec web cat /etc/ho", ":"},
		{"pid d", "db"},
		{"doctor d", "db"},
		{"doctor -o ", "json"},
		{"who ", ""},
		{"pid web -o ", "json"},
		{"ps -o ", "json table wide"},
		{"ps w", ""},
		{"task e", "exec"},
		{"t exec we", "web web-2"},
		{"t ps d", "db"},
		{"t ls d", ""},
		{"completion ", "bash fish zsh"},
		{"help ns", "ns"},
		{"bogus ", ""},
	} {
		if got := strings.Join(completions(strings.Split(c.line, " ")...), " "); got != c.want {
			t.Errorf("%q: %q, not %q", c.line, got, c.want)
		}
	}
}

func TestCompletionNeverFails(t *testing.T) {
	t.Setenv("CONTAINERD_ADDRESS", "/nowhere/containerd.sock")
	for _, line := range []string{"__complete exec nobody-has-this-name", "__complete", "-a /none --source containerd __complete pid ", "__complete -a /none pid x"} {
		stdout, stderr, code := run(t, strings.Split(line, " ")...)
		if stdout != "" || stderr != "" || code != 0 {
			t.Errorf("%s: exit code %d, %q", line, code, stdout+stderr)
		}
	}
}

func TestNamesThatAShellWouldExecute(t *testing.T) {
	for _, name := range []string{"$(reboot)", "`x`", "a b", "a;b", "-rf", "", "a\nb", "a'b"} {
		if plainName(name) {
			t.Errorf("%q is offered", name)
		}
	}
	for _, name := range []string{"web", "k8s_POD.x-1", "0123456789ab"} {
		if !plainName(name) {
			t.Errorf("%q is not offered", name)
		}
	}
}

// TestBashScript has bash call the script as readline does. The binary is a
// stand-in that says which words it was asked about.
func TestBashScript(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	dir := t.TempDir()
	standIn := "#!/bin/sh\necho \"$*\" >>\"$LOG\"\ncase \"$*\" in\n*'pid:') printf 'pid:1\\npid:2\\n' ;;\n*--env-file*) echo : ;;\n*--output=*) printf '%s\\n' --output=json --output=wide ;;\n*) printf 'web\\nweb-2\\n' ;;\nesac\n"
	if err := os.WriteFile(filepath.Join(dir, "sidestep"), []byte(standIn), 0o700); err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(dir, "script")
	if err := os.WriteFile(script, []byte(bashScript), 0o600); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(dir, "log")
	for _, c := range []struct{ line, asked, want string }{
		{"sidestep exec we", "__complete exec we", "web web-2"},
		{"sidestep -a unix:///s exec ", "__complete -a unix:///s exec ", "web web-2"},
		{"sidestep ps --output=", "__complete ps --output=", "json wide"},
		{"sidestep exec --env-file ", "__complete exec --env-file ", "with files"},
		{"sidestep ns pid:", "__complete ns pid:", "1 2"},
	} {
		_ = os.Remove(log)
		cmd := exec.Command(bash, "--norc", "-c", `source "$1"; compopt() { [[ "$*" == "-o default" ]] && echo -n "with files"; }; COMP_LINE=$2; COMP_POINT=${#2}; _sidestep; echo "${COMPREPLY[*]}"`,
			"bash", script, c.line)
		cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "LOG="+log)
		out, err := cmd.CombinedOutput()
		if err != nil || strings.TrimSpace(string(out)) != c.want {
			t.Errorf("%q: %q, %v", c.line, out, err)
		}
		asked, err := os.ReadFile(log)
		if err != nil || strings.TrimSuffix(string(asked), "\n") != c.asked {
			t.Errorf("%q: asked %q, %v", c.line, asked, err)
		}
	}
}
