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

// installed is where a copy of the node's binary goes.
const installed = "/usr/local/bin/sidestep"

// copyBinary copies sidestep to a node, if the user agrees.
func (a *app) copyBinary(ctx context.Context, node string) error {
	const missing = "node %q has no sidestep"
	binary, err := a.binary()
	if err != nil {
		return fail("install it there, or name a copy for linux: --node-binary FILE", missing, node)
	}
	agreed, err := a.agrees(ctx, fmt.Sprintf("node %s has no sidestep: copy %s to %s there?", node, binary, installed))
	if err != nil {
		return err
	}
	if !agreed {
		return fail(fmt.Sprintf("copy it: ssh %s sudo -n install -m 755 /dev/stdin %s <%s", node, installed, binary), missing, node)
	}
	f, err := os.Open(binary)
	if err != nil {
		return fmt.Errorf("copy sidestep to the node: %w", err)
	}
	defer f.Close()
	said, err := sendSSH(ctx, f, node, "sudo", "-n", "install", "-m", "755", "/dev/stdin", installed)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return fmt.Errorf("copy sidestep to node %q: %w: %s", node, err, said)
	case err != nil:
		return fmt.Errorf("copy sidestep to node %q: %w", node, err)
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
// The error is that of ctx.
func (a *app) agrees(ctx context.Context, question string) (bool, error) {
	if !term.IsTerminal(int(a.stdin.Fd())) {
		return false, nil
	}
	fmt.Fprintf(a.stderr, "sidestep: %s [y/N] ", escape.Text(question))
	said := make(chan string, 1)
	go func() { // which reads until this program ends, if nobody answers
		line, err := bufio.NewReader(a.stdin).ReadString('\n')
		if err != nil {
			line = ""
		}
		said <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case answer := <-said:
		return answer == "y" || answer == "yes", nil
	case <-ctx.Done():
		fmt.Fprintln(a.stderr)
		return false, context.Cause(ctx)
	}
}
