// Command sidestep enters running containers without their runtime.
package main

import (
	"os"

	"github.com/sidestep-dev/sidestep/plugin"
)

func main() {
	os.Exit(plugin.Main(os.Args, os.Stdin, os.Stdout, os.Stderr))
}
