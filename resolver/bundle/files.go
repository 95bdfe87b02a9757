package bundle

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/internal/jsonvalue"
	"github.com/sidestep-dev/sidestep/resolver/internal/rootfile"
)

// Limits of the files, in bytes. The spec of a container with many mounts and
// a seccomp profile has some 50 kB.
const (
	maxConfig = 8 << 20
	maxSmall  = 64 << 10
)

// maxPID is PID_MAX_LIMIT of linux/threads.h.
const maxPID = 4 << 20

// InitPID returns the PID of the container's init, as the shim has written it
// down (containerd: cmd/containerd-shim-runc-v2, InitPidFile).
func (b Bundle) InitPID() (int, error) { return ReadPID(filepath.Join(b.Dir, "init.pid")) }

// ReadPID returns the PID that a file holds.
func ReadPID(path string) (int, error) {
	data, _, err := rootfile.Read(path, maxSmall)
	if err != nil {
		return 0, err
	}
	pid, err := parsePID(data)
	if err != nil {
		return 0, fmt.Errorf("parse %s: %w", path, err)
	}
	return pid, nil
}

func parsePID(data []byte) (int, error) {
	text := strings.TrimSpace(string(data))
	pid, err := strconv.Atoi(text)
	if err != nil || pid < 1 || pid > maxPID {
		return 0, fmt.Errorf("%.20q is no PID", text)
	}
	return pid, nil
}

// Config is what a bundle's config.json says beside what enters the container.
type Config struct {
	JSON        []byte // the whole OCI spec
	Annotations map[string]string
	CgroupsPath string
	Written     time.Time // when the file was written: when the container was made
}

// Config returns the container's spec.
func (b Bundle) Config() (Config, error) {
	path := filepath.Join(b.Dir, "config.json")
	data, info, err := rootfile.Read(path, maxConfig)
	if err != nil {
		return Config{}, err
	}
	config, err := parseConfig(data)
	if err != nil {
		return Config{}, fmt.Errorf("parse %s: %w", path, err)
	}
	config.Written = info.ModTime()
	return config, nil
}

func parseConfig(data []byte) (Config, error) {
	config, version := Config{JSON: data}, ""
	err := jsonvalue.ReadMembers(data, func(name string, v jsonvalue.Value) {
		switch name {
		case "ociVersion":
			version = v.Text()
		case "annotations":
			config.Annotations = v.TextMap()
		case "linux":
			v.Members(func(name string, v jsonvalue.Value) {
				if name == "cgroupsPath" {
					config.CgroupsPath = v.Text()
				}
			})
		}
	})
	if err != nil {
		return Config{}, err
	}
	if version == "" {
		return Config{}, errors.New("it is no OCI spec: it has no version")
	}
	return config, nil
}

// Options returns the root directory in which the container's runtime keeps
// its states, as the options of the runtime name it; "" when they name none.
func (b Bundle) Options() (root string, err error) {
	path := filepath.Join(b.Dir, "options.json")
	data, _, err := rootfile.Read(path, maxSmall)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if root, err = parseOptions(data); err != nil {
		return "", fmt.Errorf("parse %s: %w", path, err)
	}
	return root, nil
}

// parseOptions parses what the shim writes of its options (containerd: api/types/runc/options).
func parseOptions(data []byte) (string, error) {
	root := ""
	err := jsonvalue.ReadMembers(data, func(name string, v jsonvalue.Value) {
		if name == "root" {
			root = v.Text()
		}
	})
	if err != nil || !filepath.IsAbs(root) {
		return "", err
	}
	return filepath.Clean(root), nil
}
