// Command kubectl-sidestep is kubectl sidestep: sidestep for the containers and
// nodes of a Kubernetes cluster.
package main

import (
	"os"

	"github.com/sidestep-dev/sidestep/plugin/kubectl"
)

func main() {
	os.Exit(kubectl.Main(os.Args, os.Stdin, os.Stdout, os.Stderr))
}
