// Command probe prints, as one line of JSON, what only a process itself can say
// of its confinement: everything else is read from outside, of a process that
// no Go runtime has changed. It exits with the code that is its argument.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
)

func main() {
	// Keyrings, memory policy and death signal are a thread's: the first one's
	// are those that the process was started with.
	runtime.LockOSThread()
	fields := map[string]string{}
	processControl(fields)
	keyrings(fields)
	memory(fields)
	terminal(fields)
	files(fields)
	line, err := json.Marshal(fields)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(string(line))
	if len(os.Args) > 1 {
		code, _ := strconv.Atoi(os.Args[1])
		os.Exit(code)
	}
}
