package kubectl

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
)

// sshVariable names the ssh to use, with its options: SIDESTEP_SSH="ssh -l admin".
const sshVariable = "SIDESTEP_SSH"

// sshCommand returns a command on a node, which ends with ctx.
func sshCommand(ctx context.Context, node string, words ...string) (*exec.Cmd, error) {
	if strings.HasPrefix(node, "-") { // ssh takes it for an option
		return nil, fail("name a node", "%q is no host", node)
	}
	ssh := strings.Fields(os.Getenv(sshVariable))
	if len(ssh) == 0 {
		ssh = []string{"ssh"}
	}
	program, err := exec.LookPath(ssh[0])
	if err != nil {
		return nil, fail("install ssh, or name one with "+sshVariable, "start ssh: %w", err)
	}
	var quoted []string
	for _, word := range words {
		quoted = append(quoted, quote(word))
	}
	// What follows the host is one text for a shell there.
	args := append(ssh[1:len(ssh):len(ssh)], node, "--", strings.Join(quoted, " "))
	cmd := sshProcess(ctx, program, args...)
	// It is killed then, and what has its streams too, such as the master of its
	// shared connections, is not waited for.
	cmd.WaitDelay = leaveDeadline
	return cmd, nil
}

// sendSSH gives a file to a command on a node, and returns what that said.
func sendSSH(ctx context.Context, f *os.File, node string, words ...string) (said string, err error) {
	cmd, err := sshCommand(ctx, node, words...)
	if err != nil {
		return "", err
	}
	cmd.Stdin = f
	out, err := cmd.CombinedOutput()
	switch cause := context.Cause(ctx); {
	case cause != nil:
		err = cause
	case errors.Is(err, exec.ErrWaitDelay): // it succeeded
		err = nil
	}
	return strings.TrimSpace(string(out)), err
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
