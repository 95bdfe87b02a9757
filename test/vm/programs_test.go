package vm

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// programs are what the tests and the daemons call in the machine, besides what
// the test bed requires. Busybox stands in for all others.
var programs = []string{
	"sh", "tar", "kill", "sleep", "cat", "mount", "umount",
	"containerd", "containerd-shim-runc-v2", "ctr", "runc",
	"dockerd", "docker", "docker-proxy", "docker-init", "tini-static",
}

// install adds a program of the host's to the archive, with the libraries that
// it is linked with, at the path where the host has it.
func (a *archive) install(file string) error { return a.installAs(merged(file), file) }

func (a *archive) installAs(name, file string) error {
	a.copy(name, file)
	out, err := exec.Command("ldd", file).CombinedOutput()
	if err != nil && !strings.Contains(string(out), "not a dynamic executable") {
		return fmt.Errorf("ldd %s: %w: %s", file, err, out)
	}
	for _, match := range library.FindAllStringSubmatch(string(out), -1) {
		a.copy(merged(match[1]), match[1])
	}
	return a.err
}

var library = regexp.MustCompile(`(?m)^\s+(?:\S+ => )?(/\S+) \(0x`)

// merged returns the path of a file where /bin, /sbin and /lib are links to
// what is below /usr, as they are in the machine.
func merged(file string) string {
	file = filepath.Clean(file)
	for _, dir := range mergedDirs {
		if strings.HasPrefix(file, dir+"/") {
			return "/usr" + file
		}
	}
	return file
}

var mergedDirs = []string{"/bin", "/sbin", "/lib", "/lib64"}

// find returns the path of a program. That of root's own ones may not be in
// the caller's PATH.
func find(program string) (string, error) {
	for _, dir := range []string{"/usr/bin", "/usr/sbin", "/bin", "/sbin"} {
		file := filepath.Join(dir, program)
		if _, err := os.Stat(file); err == nil {
			return file, nil
		}
	}
	return "", fmt.Errorf("%s is missing: run hack/test as root, it installs it", program)
}
