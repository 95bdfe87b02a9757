package kubectl

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // log in as kubectl does
	"k8s.io/client-go/rest"

	"github.com/sidestep-dev/sidestep/plugin/escape"
)

// version and image are what the linker sets with -X: the release, and the
// helper image of it, by its digest.
var version, image string

// app is one call of kubectl-sidestep.
type app struct {
	stdin          *os.File
	stdout, stderr io.Writer
	kube           *genericclioptions.ConfigFlags
	options        options
	flags          *pflag.FlagSet // of all commands
	format         string         // of what is shown here, failures too: JSON or else for people
	events         *interrupts
	leftovers      leftovers
	began          time.Time

	// connect returns the cluster; tests give another one.
	connect func() (*cluster, error)
	// attached returns a session with a helper pod, to which nothing is said before
	// look has returned nil; tests give another one. See attachSession.
	attached func(ctx context.Context, c *cluster, pod *corev1.Pod, look func() error) (*nodeSession, error)
	// open returns a session with a node; tests give another one.
	open func(ctx context.Context, c *cluster, place place) (*nodeSession, error)
}

// Main runs kubectl-sidestep with the arguments args, of which the first is the
// program's name, and returns the exit code.
func Main(args []string, stdin, stdout, stderr *os.File) int {
	quiet()
	// What is collected would be less than what collecting it costs: most calls
	// are over in a fraction of a second.
	debug.SetGCPercent(400)
	a := newApp(stdin, stdout, stderr)
	ctx, stop := a.events.listen()
	defer stop()
	root := a.root(filepath.Base(args[0]))
	root.SetArgs(args[1:])
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		return a.report(err)
	}
	return 0
}

func newApp(stdin *os.File, stdout, stderr io.Writer) *app {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, began: time.Now(), events: newInterrupts()}
	a.kube = genericclioptions.NewConfigFlags(true)
	// -u and --user are the container's user; a context names the cluster's.
	a.kube.AuthInfoName = nil
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
	a.connect, a.attached, a.open = a.connectCluster, a.attachSession, a.openSession
	return a
}

// root returns the command line.
func (a *app) root(program string) *cobra.Command {
	name := "kubectl sidestep"
	if !strings.HasPrefix(program, "kubectl-") {
		name = program
	}
	root := &cobra.Command{
		Use:   "kubectl-sidestep",
		Short: "Run commands in containers and on nodes without the container runtime",
		Long: "Run commands in the containers of pods, and on nodes, where kubectl exec does\n" +
			"not work: a helper pod on the node, to which it attaches, enters the container\n" +
			"itself. Neither the container's shim nor the OCI runtime takes part.\n\n" +
			"Exit codes: the command's own; 128+n when signal n killed it; 125 when sidestep\n" +
			"failed; 126 when the command cannot be executed; 127 when it was not found.",
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: name},
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          onlyCommands,
		Version:       buildVersion(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cmd.Help()
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fail("see "+cmd.CommandPath()+" --help", "%w", err)
	})
	root.CompletionOptions.HiddenDefaultCmd = false
	a.kube.AddFlags(root.PersistentFlags())
	a.options.add(root.PersistentFlags())
	a.flags = root.PersistentFlags()
	hideKubeFlags(a.flags)
	root.AddCommand(a.execCommand(), a.nodeCommand(), a.psCommand(), a.nsCommand(), a.doctorCommand(),
		a.cleanupCommand(), a.rbacCommand(), a.versionCommand(), a.guardCommand())
	a.completions(root)
	helpKnows(root)
	return root
}

// hideKubeFlags leaves kubectl's less common flags out of the help, as kubectl
// does (kubectl options shows them).
func hideKubeFlags(flags *pflag.FlagSet) {
	for _, name := range []string{
		"as-uid", "as-user-extra", "cache-dir", "certificate-authority", "client-certificate", "client-key",
		"disable-compression", "insecure-skip-tls-verify", "tls-server-name", "token", "server", "cluster", "as-group",
	} {
		if f := flags.Lookup(name); f != nil {
			f.Hidden = true
		}
	}
}

// note says on stderr what is not the result, unless the user wants quiet.
func (a *app) note(format string, args ...any) {
	a.notices(a.stderr, "\n")(fmt.Sprintf(format, args...))
}

// notices returns what says such lines to w, each with an end.
func (a *app) notices(w io.Writer, end string) func(line string) {
	return func(line string) {
		if !a.options.quiet && a.format != formatJSON {
			fmt.Fprint(w, "sidestep: "+escape.Text(line)+end)
		}
	}
}

// debugf says with --debug what was done and how long after the start.
func (a *app) debugf(format string, args ...any) {
	if a.options.debug {
		after := time.Since(a.began).Round(100 * time.Microsecond)
		fmt.Fprintf(a.stderr, "sidestep: debug: %s: %s\n", after, escape.Text(fmt.Sprintf(format, args...)))
	}
}
