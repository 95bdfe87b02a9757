package plugin

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"
)

// version is what the linker sets with -X; without it the Go toolchain's own
// record counts.
var version string

// build says what this binary was made of.
type build struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Date    string `json:"date,omitempty"` // of the commit
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

func buildVersion() build {
	b := build{Version: version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Date = s.Value
		}
	}
	if b.Version == "" {
		b.Version = info.Main.Version
	}
	if b.Version == "" || b.Version == "(devel)" {
		b.Version = "dev"
	}
	return b
}

func versionCommand() *cli.Command {
	return showing(cli.Command{
		Name:  "version",
		Usage: "print the version",
	}, (*call).version, formatText, formatJSON)
}

func (c *call) version(_ context.Context, format string) error {
	if err := c.noArguments(); err != nil {
		return err
	}
	b := buildVersion()
	if format == formatJSON {
		return writeJSON(c.out, b)
	}
	line := "sidestep version " + b.Version
	if b.Commit != "" {
		line += ", commit " + b.Commit
	}
	_, err := fmt.Fprintf(c.out, "%s, %s, %s/%s\n", line, b.Go, b.OS, b.Arch)
	return err
}
