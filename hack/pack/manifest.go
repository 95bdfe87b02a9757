package main

import (
	"errors"
	"fmt"
	"path"
	"strings"
)

// placeholder is the version that krew.yaml has in the repository.
const placeholder = "v0.0.0"

// fillManifest gives krew.yaml the release's version and, after each uri, the
// checksum of the archive that it names. Every archive of the plugin must be
// named.
func fillManifest(manifest, version string, sums map[string]string) (string, error) {
	var filled strings.Builder
	named := map[string]bool{}
	archive := ""
	for line := range strings.Lines(strings.ReplaceAll(manifest, placeholder, version)) {
		key, value, _ := strings.Cut(strings.TrimLeft(line, " -"), ":")
		switch key {
		case "uri":
			archive = path.Base(strings.TrimSpace(value))
		case "sha256":
			sum, ok := sums[archive]
			if !ok {
				return "", fmt.Errorf("fill krew.yaml: %q was not built", archive)
			}
			line = line[:strings.Index(line, ":")+1] + ` "` + sum + "\"\n" // quoted: it may have only digits
			named[archive] = true
			archive = ""
		}
		filled.WriteString(line)
	}
	for name := range sums {
		isArchive := strings.HasSuffix(name, tarball.suffix) || strings.HasSuffix(name, zipped.suffix)
		if strings.HasPrefix(name, "kubectl-") && isArchive && !named[name] {
			return "", fmt.Errorf("fill krew.yaml: it does not name %s", name)
		}
	}
	if len(named) == 0 {
		return "", errors.New("fill krew.yaml: it has no platforms")
	}
	return filled.String(), nil
}
