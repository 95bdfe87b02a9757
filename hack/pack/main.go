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
	"strings"
)

const usage = `usage: hack/image [-version V] [-o FILE] [-arch LIST]
       hack/release [-o DIRECTORY] VERSION`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "pack: error: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
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
		digest, err := r.image(*file, strings.Split(*architectures, ","))
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
		r, err := newRelease(flags.Arg(0), *dir)
		if err != nil {
			return err
		}
		return r.all()
	}
	return errors.New(usage)
}
