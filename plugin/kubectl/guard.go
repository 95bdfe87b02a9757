package kubectl

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	corev1 "k8s.io/api/core/v1"
)

// The end of a client that is killed shows at a helper whose stdin ends with the
// client. That of a kept helper does not end: there, the client's silence shows
// it, which may not be taken for the end too soon, since a network or a busy
// machine can be silent for a second as well. So a guard sees it from here: a
// process of this program that has a pipe from the client. It attaches in the
// client's place, which ends what ran for the client, as for every client that
// another one follows.

const (
	guardName = "__guard"
	// guardDelay is how long a session lasts until it is guarded: most do not
	// last as long.
	guardDelay = 200 * time.Millisecond
	// guardDeadline bounds what a guard does.
	guardDeadline = 10 * time.Second
	// lockPatience is how long the lock of a process that was killed may last.
	lockPatience = 200 * time.Millisecond
)

// guard starts to guard the session with a kept helper, until stop.
func (a *app) guard(pod *corev1.Pod) (stop func()) {
	var orderly io.WriteCloser
	started := make(chan struct{})
	start := time.AfterFunc(guardDelay, func() {
		defer close(started)
		var err error
		if orderly, err = a.startGuard(pod); err != nil {
			a.debugf("no guard: %v", err) // it takes the node longer then
		}
	})
	return func() {
		if start.Stop() {
			return
		}
		<-started
		if orderly != nil {
			_, _ = orderly.Write([]byte("over\n")) // one that is gone does no harm
			orderly.Close()
		}
	}
}

// startGuard starts a guard, with the flags of this call. What is written to the
// pipe says that the call ends in order.
func (a *app) startGuard(pod *corev1.Pod) (io.WriteCloser, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := append(flagsOf(a.flags), "--helper-namespace="+pod.Namespace, guardName, pod.Name)
	cmd := exec.Command(self, args...)
	cmd.SysProcAttr = detached()
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() { _ = cmd.Wait() }()
	return pipe, nil
}

// flagsOf returns flags as they were set.
func flagsOf(flags *pflag.FlagSet) (args []string) {
	flags.VisitAll(func(f *pflag.Flag) {
		if !f.Changed {
			return
		}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			for _, value := range list.GetSlice() {
				args = append(args, "--"+f.Name+"="+value)
			}
			return
		}
		args = append(args, "--"+f.Name+"="+f.Value.String())
	})
	return args
}

// guardCommand is what a guard runs.
func (a *app) guardCommand() *cobra.Command {
	return &cobra.Command{
		Use:    guardName + " POD",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			said, err := io.ReadAll(a.stdin)
			if err != nil || len(said) > 0 {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), guardDeadline)
			defer cancel()
			return a.takeOver(ctx, args[0])
		},
	}
}

// takeOver attaches to a kept helper whose client was killed, unless another
// call has done so already.
func (a *app) takeOver(ctx context.Context, name string) error {
	dir, err := cacheDir()
	if err != nil {
		return err
	}
	unlock, err := lockFile(lockOf(dir, name))
	for began := time.Now(); err != nil && time.Since(began) < lockPatience; {
		time.Sleep(lockPatience / 8)
		unlock, err = lockFile(lockOf(dir, name))
	}
	if err != nil {
		return nil // whoever has the lock is the helper's client
	}
	defer unlock()
	c, err := a.connect()
	if err != nil {
		return err
	}
	pod := &corev1.Pod{}
	pod.Namespace, pod.Name = a.helperNamespace(c), name
	s, err := a.attached(ctx, c, pod, nil)
	if err != nil {
		return fmt.Errorf("take over the kept helper pod: %w", err)
	}
	s.close()
	return nil
}
