// Go would keep the files of its own cgroup open and read them again and again, to
// have no more threads than it has CPU time. A program that runs for milliseconds
// has few.
//
//go:debug containermaxprocs=0
//go:debug updatemaxprocs=0

// Command sidestep enters running containers without their runtime.
package main

import (
	"os"

	_ "github.com/sidestep-dev/sidestep/internal/brief" // one processor, from now on
	_ "github.com/sidestep-dev/sidestep/internal/brief/calm"
	"github.com/sidestep-dev/sidestep/plugin"
)

func main() {
	os.Exit(plugin.Main(os.Args, os.Stdin, os.Stdout, os.Stderr))
}
