package kubectl

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"github.com/sidestep-dev/sidestep/plugin/escape"
)

// sshVariable names the ssh to use, with its options: SIDESTEP_SSH="ssh -l admin".
const sshVariable = "SIDESTEP_SSH"

// installed is where a copy of the node's binary goes.
const installed = "/usr/local/bin/sidestep"

// sshCommand returns a command on a node.
func sshCommand(ctx context.Context, node string, words ...string) *exec.Cmd {
	ssh := strings.Fields(os.Getenv(sshVariable))
	if len(ssh) == 0 {
		ssh = []string{"ssh"}
	}
	var quoted []string
	for _, word := range words {
		quoted = append(quoted, quote(word))
	}
	// What follows the host is one text for a shell there.
	args := append(ssh[1:len(ssh):len(ssh)], node, "--", strings.Join(quoted, " "))
	return exec.CommandContext(ctx, ssh[0], args...)
}

// quote returns a word as a POSIX shell takes it for one.
func quote(word string) string {
	plain := func(r rune) bool {
		return strings.ContainsRune("-_./:=,@%+", r) || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	if word != "" && strings.TrimFunc(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// overSSH reaches a node by ssh, and root by sudo.
func (a *app) overSSH(ctx context.Context, node string) (*nodeSession, error) {
	if strings.HasPrefix(node, "-") {
		return nil, fail("name a node", "%q is no host", node)
	}
	s, missing, err := a.trySSH(ctx, node)
	if !missing {
		return s, err
	}
	if err := a.copyBinary(ctx, node); err != nil {
		return nil, err
	}
	s, _, err = a.trySSH(ctx, node)
	return s, err
}

// trySSH reports whether there is no sidestep on the node.
func (a *app) trySSH(ctx context.Context, node string) (s *nodeSession, missing bool, err error) {
	words := append([]string{"sudo", "-n", "sidestep"}, a.options.serve()...)
	cmd := sshCommand(context.WithoutCancel(ctx), node, words...)
	l := &link{stderr: &tail{}}
	cmd.Stderr = l.stderr
	if l.out, err = cmd.StdinPipe(); err != nil {
		return nil, false, fmt.Errorf("start ssh: %w", err)
	}
	if l.in, err = cmd.StdoutPipe(); err != nil {
		return nil, false, fmt.Errorf("start ssh: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, false, fail("install ssh, or name one with "+sshVariable, "start ssh: %w", err)
	}
	l.close = func() {
		l.out.Close()
		// The node's end closes the connection, after what ran has ended.
		_ = cmd.Wait()
	}
	hello, cancel := context.WithTimeoutCause(ctx, helloDeadline, &noHelloError{helloDeadline})
	defer cancel()
	s, err = a.hello(hello, l, 0)
	if err == nil {
		a.debugf("ssh %s: sidestep %s answers", node, s.Version)
		return s, false, nil
	}
	said := strings.ToLower(strings.Join(l.stderr.lines(), "\n"))
	if strings.Contains(said, "not found") || strings.Contains(said, "no such file") {
		return nil, true, err
	}
	f := explain(err)
	f.err = fmt.Errorf("ssh %s: %w", node, f.err)
	f.hint = "see that this works without a question: ssh " + node + " sudo -n sidestep version"
	return nil, false, f
}

// copyBinary copies sidestep to a node, if the user agrees.
func (a *app) copyBinary(ctx context.Context, node string) error {
	const missing = "node %q has no sidestep"
	binary, err := a.binary()
	if err != nil {
		return fail("install it there, or name a copy for linux: --node-binary FILE", missing, node)
	}
	if !a.agrees(fmt.Sprintf("node %s has no sidestep: copy %s to %s there?", node, binary, installed)) {
		return fail(fmt.Sprintf("copy it: ssh %s sudo -n install -m 755 /dev/stdin %s <%s", node, installed, binary), missing, node)
	}
	f, err := os.Open(binary)
	if err != nil {
		return fmt.Errorf("copy sidestep to the node: %w", err)
	}
	defer f.Close()
	cmd := sshCommand(ctx, node, "sudo", "-n", "install", "-m", "755", "/dev/stdin", installed)
	cmd.Stdin = f
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("copy sidestep to node %q: %w: %s", node, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// binary returns the file of the node's sidestep: the one that is named, or one
// beside this program.
func (a *app) binary() (string, error) {
	if a.options.nodeBinary != "" {
		_, err := os.Stat(a.options.nodeBinary)
		return a.options.nodeBinary, err
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	name := filepath.Join(filepath.Dir(self), "sidestep")
	_, err = os.Stat(name)
	return name, err
}

// agrees asks the user, who agrees by y or yes. Without a terminal nobody can.
func (a *app) agrees(question string) bool {
	if !term.IsTerminal(int(a.stdin.Fd())) {
		return false
	}
	fmt.Fprintf(a.stderr, "sidestep: %s [y/N] ", escape.Text(question))
	line, err := bufio.NewReader(a.stdin).ReadString('\n')
	answer := strings.ToLower(strings.TrimSpace(line))
	return err == nil && (answer == "y" || answer == "yes")
}

// importArchive gives the node's containerd the helper image.
func (a *app) importArchive(ctx context.Context, node string) error {
	f, err := os.Open(a.options.archive)
	if err != nil {
		return fmt.Errorf("import the image: %w", err)
	}
	defer f.Close()
	words := []string{"sudo", "-n", "ctr"}
	if a.options.address != "" {
		words = append(words, "--address", a.options.address)
	}
	cmd := sshCommand(ctx, node, append(words, "--namespace", "k8s.io", "images", "import", "-")...)
	cmd.Stdin = f
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return fail("see that this works without a question: ssh "+node+" sudo -n ctr version",
			"import the image on node %q: %w: %s", node, err, strings.TrimSpace(string(out)))
	case err != nil:
		return fmt.Errorf("import the image on node %q: %w", node, err)
	}
	a.debugf("the image is imported on %s", node)
	return nil
}
