// Command attacker is what the tests put into a container to attack those who
// enter it. It is static, and its first argument says which attack it is.
package main

import (
	"fmt"
	"os"
	"runtime"
)

// attacks are by what the first argument names. Each gets the arguments that
// follow.
var attacks = map[string]func([]string) error{
	"watch":  watch,
	"forge":  forge,
	"feign":  feign,
	"push":   push,
	"swap":   swap,
	"change": change,
	"fuse":   serveFUSE,
	"file":   serveFile,
	"hold":   hold,
	"ask":    ask,
}

func main() {
	runtime.LockOSThread() // a seccomp filter is a thread's
	if len(os.Args) < 2 || attacks[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "attacker: which attack?")
		os.Exit(2)
	}
	if err := attacks[os.Args[1]](os.Args[2:]); err != nil {
		text := fmt.Sprintf("attacker: %s: %v\n", os.Args[1], err)
		fmt.Fprint(os.Stderr, text)
		_ = os.WriteFile("/attacker.log", []byte(text), 0o644) // nobody reads a container's stderr
		os.Exit(1)
	}
}
