package kubectl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/sidestep-dev/sidestep/plugin/session/client"
	"github.com/sidestep-dev/sidestep/plugin/session/sessionpb"
	"github.com/sidestep-dev/sidestep/plugin/session/tunnel"
)

// execOptions are the options of a command to run.
type execOptions struct {
	container   string
	interactive bool
	tty         bool
	user        string
	env         []string
	workdir     string
	privileged  bool
	capAdd      []string
	noSeccomp   bool
	noLabel     bool
	noNewPrivs  bool
	join        []string
	noCgroup    bool
	paused      bool
	selector    string
	all         bool
	fold        bool
	parallel    int
}

func (o *execOptions) add(flags *pflag.FlagSet) {
	flags.BoolVarP(&o.interactive, "stdin", "i", false, "pass stdin on")
	flags.BoolVarP(&o.tty, "tty", "t", false, "give the command a terminal")
	flags.StringVarP(&o.user, "user", "u", "", "USER[:GROUP] to be, numbers or names of the container")
	flags.StringArrayVarP(&o.env, "env", "e", nil, "set a variable, NAME[=VALUE]; without a value it has the caller's (many times)")
	flags.StringVarP(&o.workdir, "workdir", "w", "", "absolute directory to start in")
}

func (a *app) execCommand() *cobra.Command {
	o := &execOptions{}
	cmd := &cobra.Command{
		Use:   "exec (POD | TYPE/NAME | -l SELECTOR | --all) [-c CONTAINER] [flags] [-- COMMAND ARG…]",
		Short: "Run a command in a container of a pod",
		Long: "Run a command in a container of a pod, in one of its init containers or its\n" +
			"ephemeral ones too. It gets what the container's own processes have. Without\n" +
			"COMMAND it is the login shell of the container's user.",
		Example: "  kubectl sidestep exec web-7d4b -it\n" +
			"  kubectl sidestep exec deploy/web -c proxy -u 0 -- ls -l /proc/1/fd\n" +
			"  kubectl sidestep exec -l app=web --fold -- cat /etc/resolv.conf",
		ValidArgsFunction: a.completePods,
		RunE: func(cmd *cobra.Command, args []string) error {
			names, command, err := split(cmd, args)
			if err != nil {
				return err
			}
			return a.exec(cmd.Context(), o, names, command)
		},
	}
	o.add(cmd.Flags())
	cmd.Flags().StringVarP(&o.container, "container", "c", "", "the container; default: the pod's default-container annotation, or the first")
	cmd.Flags().BoolVar(&o.privileged, "privileged", false, "give the command every capability")
	cmd.Flags().StringArrayVar(&o.capAdd, "cap-add", nil, "give the command a capability (many times)")
	cmd.Flags().BoolVar(&o.noSeccomp, "no-seccomp", false, "leave out the container's seccomp filters")
	cmd.Flags().BoolVar(&o.noLabel, "no-label", false, "leave out its AppArmor profile or SELinux context")
	cmd.Flags().BoolVar(&o.noNewPrivs, "no-new-privs", false, "let the command gain no privileges (setuid)")
	cmd.Flags().StringArrayVar(&o.join, "join", nil, "join these namespaces only, such as net,uts (default: all)")
	cmd.Flags().BoolVar(&o.noCgroup, "no-cgroup", false, "stay in the helper's cgroup")
	cmd.Flags().BoolVar(&o.paused, "ignore-paused", false, "enter a paused container too")
	cmd.Flags().StringVarP(&o.selector, "selector", "l", "", "run it in all running pods that this label selector selects")
	cmd.Flags().BoolVar(&o.all, "all", false, "run it in all running pods of the namespace")
	cmd.Flags().BoolVar(&o.fold, "fold", false, "with -l or --all: show equal output once, with the pods that wrote it")
	cmd.Flags().IntVar(&o.parallel, "parallel", 8, "with -l or --all: in how many pods at the same time")
	must(cmd.RegisterFlagCompletionFunc("container", a.completeContainers))
	a.failureFlag(cmd, "format of what failed, and with -l or --all of all results: text or json")
	return cmd
}

func must(err error) {
	if err != nil {
		panic(err) // a mistake in this program, found by its first test
	}
}

// split parts the arguments before "--" from the command after it.
func split(cmd *cobra.Command, args []string) (names, command []string, err error) {
	at := cmd.ArgsLenAtDash()
	if at < 0 {
		at = len(args)
		if at > 1 {
			return nil, nil, fail(fmt.Sprintf("put -- before the command: %s %s -- %s", cmd.CommandPath(), args[0], strings.Join(args[1:], " ")),
				"%q is one argument too many", args[1])
		}
	}
	if err := atMost(1)(cmd, args[:at]); err != nil {
		return nil, nil, err
	}
	return args[:at], args[at:], nil
}

func (a *app) exec(ctx context.Context, o *execOptions, names, command []string) error {
	if err := a.options.check(); err != nil {
		return err
	}
	many := o.selector != "" || o.all
	if o.fold && a.format == formatJSON {
		return fail("leave one of them out: JSON has the output of each pod", "--fold goes with text, not with -o json")
	}
	start, err := a.start(o, command, many)
	if err != nil {
		return err
	}
	switch {
	case many && len(names) > 0:
		return fail("leave one of them out", "a pod and a selector are named")
	case !many && len(names) == 0:
		return fail("name a POD, TYPE/NAME, -l SELECTOR or --all", "no pod is named")
	}
	c, err := a.connect()
	if err != nil {
		return err
	}
	if many {
		return a.fanOut(ctx, c, o, start)
	}
	pod, err := c.pod(ctx, names[0])
	if err != nil {
		return err
	}
	t, err := choose(pod, o.container)
	if err != nil {
		return err
	}
	p := place{node: pod.Spec.NodeName, privileged: o.needsAll() || t.privileged()}
	if a.options.printPod {
		return a.printPods(c, p)
	}
	start.Reference = t.id
	return a.runOn(ctx, c, p, start)
}

// needsAll reports whether the command gets what usual containers do not have.
func (o *execOptions) needsAll() bool { return o.privileged || len(o.capAdd) > 0 }

// start returns what the node is to start, but for the container.
func (a *app) start(o *execOptions, command []string, many bool) (*sessionpb.ExecStart, error) {
	s := &sessionpb.ExecStart{
		Argv: command, User: o.user, Workdir: o.workdir, Interactive: o.interactive, Tty: o.tty,
		Privileged: o.privileged, CapAdd: o.capAdd, Join: o.join, NoCgroup: o.noCgroup, IgnorePaused: o.paused,
		NoSeccomp: o.noSeccomp, NoLabel: o.noLabel, NoNewPrivs: o.noNewPrivs, Reason: a.options.reason,
	}
	terminal := isTerminal(a.stdin)
	if len(command) == 0 && !many {
		s.Interactive, s.Tty = true, o.tty || terminal && isTerminal(a.stdout)
	}
	switch {
	case many && (o.interactive || o.tty):
		return nil, fail("leave -i and -t out", "-i and -t are for one pod")
	case many && len(command) == 0:
		return nil, fail("name one after --", "no command is named")
	case s.Interactive && s.Tty && !terminal:
		return nil, fail("leave -t out to pass a file or a pipe on", "the input device is not a terminal")
	case o.workdir != "" && !path.IsAbs(o.workdir):
		return nil, fail("give its path from the container's root: -w /…", "the working directory %q is not absolute", o.workdir)
	case o.parallel < 0:
		return nil, fail("it is how many pods at the same time", "--parallel is negative")
	}
	for _, variable := range o.env {
		name, _, given := strings.Cut(variable, "=")
		if name == "" || strings.ContainsRune(variable, 0) {
			return nil, fail("-e NAME=VALUE, or -e NAME", "--env %q is no variable", variable)
		}
		if !given {
			value, ok := os.LookupEnv(name)
			if !ok {
				continue
			}
			variable = name + "=" + value
		}
		s.Env = append(s.Env, variable)
	}
	return s, nil
}

// runOn runs one command on a node, with the caller's streams.
func (a *app) runOn(ctx context.Context, c *cluster, p place, start *sessionpb.ExecStart) error {
	s, err := a.open(ctx, c, p)
	if err != nil {
		return err
	}
	defer s.close()
	streams := client.Streams{Stdout: a.stdout, Stderr: a.stderr, Signals: a.events.forward, Notice: a.notices(a.stderr, "\n")}
	if start.Interactive {
		streams.Stdin = a.stdin
	}
	if start.Tty {
		terminal := a.terminal()
		changes, stop := sizes(terminal)
		defer stop()
		// Now, since the helper has taken its time to start.
		start.Size, streams.Sizes = sizeOf(terminal), changes
		if start.Interactive {
			restore, err := makeRaw(a.stdin)
			if err != nil {
				return fmt.Errorf("put the terminal into raw mode: %w", err)
			}
			defer restore()
			streams.Notice = a.notices(a.stderr, "\r\n")
		}
	}
	a.events.running.Store(true)
	defer a.events.running.Store(false)
	code, err := s.Exec(ctx, start, streams)
	a.debugf("the command has ended")
	var givenUp *tunnel.GivenUpError
	switch {
	case errors.As(err, &givenUp):
		return fail("what ran has been ended; a call that may sleep (^Z, a suspended laptop) is better made without --keep", "%w", err)
	case errors.Is(err, syscall.EPIPE):
		return status(128 + 13) // as if SIGPIPE had killed it
	case err != nil:
		return err
	case code != 0:
		return status(code)
	}
	return nil
}
