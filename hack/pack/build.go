package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const module = "github.com/sidestep-dev/sidestep"

// architectures are those that everything is built for.
var architectures = []string{"amd64", "arm64"}

// platform is what a program is built for.
type platform struct{ os, arch string }

func (p platform) String() string { return p.os + "_" + p.arch }

// executable returns the file name of a program.
func (p platform) executable(name string) string {
	if p.os == "windows" {
		return name + ".exe"
	}
	return name
}

// compile builds a program of the module, static, with variables of its
// packages set, and returns its content. Neither the directory nor the
// repository's state is in it, so that anyone who has the sources can compare.
func compile(name string, on platform, variables map[string]string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "sidestep-pack-")
	if err != nil {
		return nil, fmt.Errorf("build %s: %w", name, err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, name)
	link := []string{"-s", "-w", "-buildid="}
	for variable, value := range variables {
		link = append(link, "-X", module+"/"+variable+"="+value)
	}
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags="+strings.Join(link, " "), "-o", file, "./cmd/"+name)
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+on.os, "GOARCH="+on.arch, "GOAMD64=", "GOARM64=", "GOFLAGS=", "GOEXPERIMENT=")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build %s for %s: %w\n%s", name, on, err, out)
	}
	return os.ReadFile(file)
}

// gitOutput returns what git prints, without the last newline.
func gitOutput(args ...string) (string, error) {
	var stderr bytes.Buffer
	cmd := exec.Command("git", append([]string{"-c", "safe.directory=*"}, args...)...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}
