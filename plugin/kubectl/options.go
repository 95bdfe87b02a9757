package kubectl

import (
	"os"
	"time"

	"github.com/spf13/pflag"
)

// options are the flags that say how a node is reached, of all commands.
type options struct {
	via             string
	image           string
	pullPolicy      string
	archive         string
	helperNamespace string
	address         string
	runtimeRoots    []string
	nodeBinary      string
	keep            bool
	printPod        bool
	reason          string
	runningTimeout  time.Duration
	deadline        time.Duration
	quiet           bool
	debug           bool
}

// The ways to a node.
const (
	viaPod = "pod"
	viaSSH = "ssh"
)

func (o *options) add(flags *pflag.FlagSet) {
	fallback := os.Getenv("SIDESTEP_IMAGE")
	if fallback == "" {
		fallback = image
	}
	flags.StringVar(&o.via, "via", os.Getenv("SIDESTEP_VIA"), "the way to the node: pod (a helper pod) or ssh; "+
		"default: a helper pod, and ssh when that fails and SIDESTEP_SSH is set (env SIDESTEP_VIA)")
	flags.StringVar(&o.image, "image", fallback, "image of the helper pod (env SIDESTEP_IMAGE)")
	flags.StringVar(&o.pullPolicy, "image-pull-policy", "IfNotPresent", "of the helper pod: IfNotPresent, Never or Always")
	flags.StringVar(&o.archive, "image-archive", "", "import the image from this archive into the node's containerd first, over ssh")
	flags.StringVar(&o.helperNamespace, "helper-namespace", os.Getenv("SIDESTEP_HELPER_NAMESPACE"),
		"namespace of the helper pod; default: the namespace in use (env SIDESTEP_HELPER_NAMESPACE)")
	flags.StringVar(&o.address, "address", os.Getenv("SIDESTEP_ADDRESS"),
		"socket of the node's containerd; default: those that are found (env SIDESTEP_ADDRESS)")
	flags.StringArrayVar(&o.runtimeRoots, "runtime-root", nil, "state directory of runc or crun on the node to search too")
	flags.StringVar(&o.nodeBinary, "node-binary", os.Getenv("SIDESTEP_NODE_BINARY"),
		"sidestep for the node, to copy there with --via ssh when it is missing (env SIDESTEP_NODE_BINARY)")
	flags.BoolVar(&o.keep, "keep", false, "keep the helper pod for the next calls: they are faster")
	flags.BoolVar(&o.printPod, "print-pod", false, "print the helper pod and do nothing")
	flags.StringVar(&o.reason, "reason", "", "why you do this: recorded on the helper pod and in the node's log")
	flags.DurationVar(&o.runningTimeout, "pod-running-timeout", time.Minute, "how long the helper pod may take to run")
	flags.DurationVar(&o.deadline, "deadline", 4*time.Hour, "end the helper pod after this time, whatever happens")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "say nothing of how the node is reached")
	flags.BoolVar(&o.debug, "debug", false, "say on stderr what is done, and when")
}

// check refuses values that make no sense.
func (o *options) check() error {
	switch {
	case o.via != "" && o.via != viaPod && o.via != viaSSH:
		return fail("it is pod or ssh", "--via %q is no way to a node", o.via)
	case o.deadline < time.Second:
		return fail("name a time such as 4h", "--deadline %s is shorter than a second", o.deadline)
	case o.pullPolicy != "IfNotPresent" && o.pullPolicy != "Never" && o.pullPolicy != "Always":
		return fail("it is IfNotPresent, Never or Always", "--image-pull-policy %q is not known", o.pullPolicy)
	}
	return nil
}

// serve returns the node's command line, after the program's name.
func (o *options) serve(flags ...string) []string {
	var args []string
	if o.address != "" {
		args = append(args, "--address", o.address)
	}
	for _, root := range o.runtimeRoots {
		args = append(args, "--runtime-root", root)
	}
	return append(append(args, "serve", "--stdio"), flags...)
}
