// Command pack builds what is released: the helper image, and the archives of
// both programs with their checksums, bills of materials and krew manifest. The
// same commit and Go toolchain make the same bytes. hack/image and hack/release
// call it, in the root of the module.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const usage = `usage: hack/image [-version V] [-o FILE] [-arch LIST]
       hack/release [-o DIRECTORY] VERSION`

func main() { os.Exit(exitCode(run(os.Args[1:]))) }

// exitCode says what went wrong and returns the exit code.
func exitCode(err error) int {
	if err == nil || errors.Is(err, flag.ErrHelp) { // the usage has been shown
		return 0
	}
	fmt.Fprintf(os.Stderr, "pack: error: %v\n", err)
	return 1
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	from := flags.String("from", ".", "`directory` in which relative paths begin")
	flags.Usage = func() { fmt.Fprintln(flags.Output(), usage); flags.PrintDefaults() }
	switch args[0] {
	case "image":
		version := flags.String("version", "dev", "version of sidestep, and the image's tag")
		file := flags.String("o", "sidestep-image.tar", "`file` of the archive")
		architectures := flags.String("arch", strings.Join(architectures, ","), "comma-separated `list` of architectures")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		r, err := newRelease(*version, "")
		if err != nil {
			return err
		}
		digest, err := r.image(within(*from, *file), strings.Split(*architectures, ","))
		if err != nil {
			return err
		}
		fmt.Println(imageRepository + "@" + digest.String())
		return nil
	case "release":
		dir := flags.String("o", "dist", "`directory` of what is built, which is new or empty")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		if flags.NArg() != 1 {
			return errors.New(usage)
		}
		r, err := newRelease(flags.Arg(0), within(*from, *dir))
		if err != nil {
			return err
		}
		return r.all()
	}
	return errors.New(usage)
}

// within returns the path that is meant by one who is in a directory.
func within(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}
