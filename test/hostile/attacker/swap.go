package main

import (
	"os"
	"strings"
)

// swap lets the link that is its first argument lead to each of the others in
// turn, without a moment at which there is none.
func swap(args []string) error {
	link, targets := args[0], args[1:]
	for n := 0; ; n++ {
		next := link + ".next"
		if err := os.Symlink(targets[n%len(targets)], next); err != nil {
			return err
		}
		if err := os.Rename(next, link); err != nil {
			return err
		}
	}
}

// change makes the file that is its argument longer and shorter all the time.
func change(args []string) error {
	line := "app:x:0:0::/:/bin/sh\n"
	for n := 0; ; n = (n + 97) % 1000 {
		if err := os.WriteFile(args[0], []byte("dev:x:1000:1000::/:/bin/sh\n"+strings.Repeat(line, 500*n)), 0o644); err != nil {
			return err
		}
	}
}
