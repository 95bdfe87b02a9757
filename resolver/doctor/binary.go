package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/health"
)

// defaultPath is searched for a runtime when the process that calls it has no
// PATH (Go's os/exec would find nothing; containerd's unit has systemd's).
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// binary looks at the OCI runtime as the process caller, a shim or a daemon,
// finds it, and asks it for its version.
func binary(name string, caller int, deadline time.Duration) health.Binary {
	b := health.Binary{Name: name, Took: deadline}
	root := rootOf(caller)
	b.Path, b.Searched = find(root, name, environmentOf(caller, "PATH"))
	if b.Path == "" {
		b.Took = 0
		return b
	}
	info, err := os.Stat(filepath.Join(root, b.Path))
	b.Executable = err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
	if !b.Executable {
		b.Took = 0
		return b
	}
	type outcome struct {
		output string
		err    error
	}
	began := time.Now()
	o, ok := within(deadline, func() outcome {
		output, err := version(root, b.Path, deadline-slack)
		return outcome{output, err}
	})
	switch {
	case !ok, errors.Is(o.err, context.DeadlineExceeded):
		b.Silent, b.Busy, b.Took = true, loadOfHost().Busy(), time.Since(began)
		return b
	case o.err != nil:
		b.Err = o.err.Error()
	}
	b.Took = time.Since(began)
	b.Version, _, _ = strings.Cut(strings.TrimSpace(o.output), "\n")
	return b
}

// rootOf returns the root directory of a process, "/" when it is the caller's.
func rootOf(pid int) string {
	path := procPath(pid, "root")
	theirs, err := os.Stat(path + "/")
	if err != nil {
		return "/"
	}
	if ours, err := os.Stat("/"); err != nil || os.SameFile(ours, theirs) {
		return "/"
	}
	return path
}

// find returns where a program is below a root directory, and the PATH that it
// was searched in; "" when it is not there.
func find(root, name, path string) (found, searched string) {
	if strings.Contains(name, "/") {
		if _, err := os.Stat(filepath.Join(root, name)); err != nil {
			return "", ""
		}
		return name, ""
	}
	if path == "" {
		path = defaultPath
	}
	var notExecutable string
	for _, dir := range filepath.SplitList(path) {
		file := filepath.Join(dir, name)
		info, err := os.Stat(filepath.Join(root, file))
		switch {
		case err != nil || info.IsDir() || !filepath.IsAbs(file):
		case info.Mode()&0o111 != 0:
			return file, path
		case notExecutable == "":
			notExecutable = file
		}
	}
	return notExecutable, path
}

// maxOutput bounds what is kept of a runtime's output, in bytes.
const maxOutput = 4096

// version runs a runtime with --version and returns what it printed.
func version(root, path string, deadline time.Duration) (string, error) {
	// The parent-death signal is sent when the thread ends, see prctl(2).
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	var stdout, stderr head
	cmd := exec.CommandContext(ctx, path, "--version")
	cmd.Dir, cmd.Env = "/", []string{"PATH=" + defaultPath}
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if root != "/" {
		cmd.SysProcAttr.Chroot = root
	}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) } // its children too
	cmd.WaitDelay = slack / 2
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.As(err, &exit):
		reason, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		if reason != "" {
			reason = fmt.Sprintf(": %q", reason)
		}
		return "", fmt.Errorf("%w%s", exit, reason)
	case err != nil:
		return "", plain(err)
	}
	return stdout.String(), nil
}

// plain leaves out of an error the path, which the check has already.
func plain(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// head keeps the beginning of what is written to it.
type head struct{ strings.Builder }

// Write implements io.Writer.
func (h *head) Write(b []byte) (int, error) {
	h.Builder.Write(b[:min(len(b), max(0, maxOutput-h.Len()))])
	return len(b), nil
}
