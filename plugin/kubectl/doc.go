// Package kubectl is kubectl-sidestep: sidestep's commands for the containers and
// nodes of a Kubernetes cluster. It finds out where a pod's container runs, gets a
// sidestep there, and speaks with it (package session). It enters nothing itself
// and runs on every system that kubectl runs on.
//
// The command line is made with cobra and not, like the node's, with urfave/cli:
// kubectl's own flags come from k8s.io/cli-runtime, which defines them for pflag,
// and kubectl completes the arguments of plugins by cobra's protocol.
package kubectl
