package kubectl

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

// overSSH reaches a node by ssh, and root by sudo, whose secure_path may not have
// the place where a copy is installed.
func (a *app) overSSH(ctx context.Context, node string) (*nodeSession, error) {
	for _, program := range []string{"sidestep", installed} {
		s, missing, err := a.trySSH(ctx, node, program)
		if !missing {
			return s, err
		}
	}
	if err := a.copyBinary(ctx, node); err != nil {
		return nil, err
	}
	s, _, err := a.trySSH(ctx, node, installed)
	return s, err
}

// trySSH reports whether there is no such program on the node.
func (a *app) trySSH(ctx context.Context, node, program string) (s *nodeSession, missing bool, err error) {
	hello, cancel := context.WithTimeoutCause(ctx, helloDeadline, &noHelloError{helloDeadline})
	defer cancel()
	l, end, err := startSSH(ctx, node, append([]string{"sudo", "-n", program}, a.options.serve()...)...)
	if err != nil {
		return nil, false, err
	}
	// One that is late is not waited for.
	stop := context.AfterFunc(hello, end)
	defer stop()
	s, err = a.hello(hello, l, 0)
	if err == nil {
		a.debugf("ssh %s: sidestep %s answers", node, s.Version)
		return s, false, nil
	}
	if context.Cause(ctx) != nil {
		return nil, false, err
	}
	f := explain(err)
	f.err = fmt.Errorf("ssh %s: %w", node, f.err)
	f.hint = "see that this works without a question: ssh " + node + " sudo -n " + program + " version"
	for _, line := range l.stderr.lines() {
		missing = missing || saysMissing(line, program)
	}
	return nil, missing, f
}

// startSSH starts a sidestep on a node. It is ended by end, at once, and by the
// link's close.
func startSSH(ctx context.Context, node string, words ...string) (l *link, end func(), err error) {
	running, end := context.WithCancel(context.WithoutCancel(ctx))
	cmd, err := sshCommand(running, node, words...)
	if err != nil {
		end()
		return nil, nil, err
	}
	l = &link{stderr: &tail{}}
	cmd.Stderr = l.stderr
	if l.out, err = cmd.StdinPipe(); err == nil {
		l.in, err = cmd.StdoutPipe()
	}
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		end()
		return nil, nil, fmt.Errorf("start ssh: %w", err)
	}
	l.close = sync.OnceFunc(func() {
		l.out.Close()
		// The node's end closes the connection, after what ran has ended.
		late := time.AfterFunc(leaveDeadline, end)
		_ = cmd.Wait()
		late.Stop()
		end()
	})
	return l, end, nil
}

// saysMissing reports whether a line of a shell's or sudo's says that there is no
// such program. Lines of ssh's own speak of other files.
func saysMissing(line, program string) bool {
	line = strings.NewReplacer("'", "", `"`, "").Replace(strings.ToLower(strings.TrimSpace(line)))
	for _, end := range []string{": command not found", ": not found", ": no such file or directory"} {
		if before, ok := strings.CutSuffix(line, end); ok && strings.HasSuffix(": "+before, ": "+program) {
			return true
		}
	}
	return false
}
