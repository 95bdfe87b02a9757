package resolver

import (
	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// Container is what a runtime's record says of a container.
type Container struct {
	ID        string
	Namespace string // containerd's, such as "default", "k8s.io" or "moby"
	Name      string // the name that people use for it; empty when it has none
	Image     string
	Runtime   string // such as "io.containerd.runc.v2"
	Labels    map[string]string
	Pod       *Pod        // nil unless the container belongs to a pod
	Spec      *specs.Spec // nil in a List
	Source    string      // who said so, such as "containerd at /run/containerd/containerd.sock"
}

// Pod is the Kubernetes pod that a container belongs to.
type Pod struct {
	Namespace string
	Name      string
	UID       string
	Container string // the container's name in the pod's spec; empty for the sandbox
}

// ByPodman reports whether Podman has made the container: it writes into the spec what
// others leave to the runtime, such as the HOME of its user.
func (c Container) ByPodman() bool { return c.Labels["io.container.manager"] == "libpod" }

// State is what a runtime says of a container's task.
type State string

// The states of a task, as `ctr task ls` and `docker ps` name them. Created has a
// process, which has not started its command yet.
const (
	Created State = "created"
	Running State = "running"
	Paused  State = "paused"
	Stopped State = "stopped"
	NoTask  State = "no task"
	Unknown State = "unknown" // the runtime did not say
)

// Target is a container whose init process is pinned.
type Target struct {
	Container Container
	State     State
	Process   *proc.Process
	Source    string   // who named the PID, in words
	Kind      Source   // of which kind that is; "" for pid:N
	Evidence  []string // what the PID was verified by
	Others    []Other  // who else was asked, and why that was not used
	SpecFrom  string   // who gave the spec; "": there is none
	Notice    string   // what to tell the user of who was not the first choice; "" if it was
}

// Close lets go of the pinned process.
func (t *Target) Close() error { return t.Process.Close() }
