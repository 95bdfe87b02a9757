// Go would read the files of its own cgroup at each start, to have no more
// threads than it has CPU time. A program that runs for milliseconds has few.
//
//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0

// Command sidestep enters running containers without their runtime.
package main

import (
	"os"

	_ "github.com/sidestep-dev/sidestep/internal/single" // one processor, from now on
	"github.com/sidestep-dev/sidestep/plugin"
)

func main() {
	os.Exit(plugin.Main(os.Args, os.Stdin, os.Stdout, os.Stderr))
}
