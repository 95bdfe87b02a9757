package shim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/sidestep-dev/sidestep/resolver/internal/rootfile"
)

// Address is where and how a shim can be asked.
type Address struct {
	// Socket is the path of a unix socket, or "@" and a name of the abstract
	// ones, see unix(7).
	Socket string
	// Version is that of the task service, 2 or 3; 0: unknown.
	Version int
}

// maxFile bounds the files that say where a shim listens, in bytes.
const maxFile = 64 << 10

// ReadAddress reads where the shim of a bundle listens: bootstrap.json of
// containerd 1.7 and newer, else the file address. The error is an *Error: its
// kind is NoSocket when the bundle has neither.
func ReadAddress(bundle string) (Address, error) {
	bootstrap := filepath.Join(bundle, "bootstrap.json")
	data, err := readFile(bootstrap)
	if err == nil {
		return parseBootstrap(bootstrap, data)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return Address{}, fileError(bootstrap, err)
	}
	file := filepath.Join(bundle, "address")
	if data, err = readFile(file); err != nil {
		return Address{}, fileError(file, err)
	}
	address, err := ParseAddress(strings.TrimSpace(string(data)))
	if err != nil {
		return Address{}, &Error{Address: file, Kind: NotShim, Err: err}
	}
	address.Version = 2 // what is newer writes bootstrap.json
	return address, nil
}

// parseBootstrap parses bootstrap.json (containerd: pkg/shim, BootstrapParams).
func parseBootstrap(file string, data []byte) (Address, error) {
	var params struct {
		Version  int    `json:"version"`
		Address  string `json:"address"`
		Protocol string `json:"protocol"`
	}
	if err := json.Unmarshal(data, &params); err != nil {
		return Address{}, &Error{Address: file, Kind: NotShim, Err: err}
	}
	if params.Protocol != "" && params.Protocol != "ttrpc" {
		return Address{}, &Error{Address: file, Kind: NotShim, Err: fmt.Errorf("it speaks %q, not ttrpc", params.Protocol)}
	}
	address, err := ParseAddress(params.Address)
	if err != nil {
		return Address{}, &Error{Address: file, Kind: NotShim, Err: err}
	}
	address.Version = params.Version
	return address, nil
}

// ParseAddress parses an address as shims write it: unix://PATH, or a name of
// an abstract socket without a scheme, as before containerd 1.4 (containerd:
// pkg/shim/util_unix.go, type socket).
func ParseAddress(text string) (Address, error) {
	path, isUnix := strings.CutPrefix(text, "unix://")
	scheme, _, other := strings.Cut(text, "://")
	switch {
	case isUnix && filepath.IsAbs(path):
		return Address{Socket: path}, nil
	case isUnix:
		return Address{}, fmt.Errorf("the address %q is not an absolute path", text)
	case other:
		return Address{}, fmt.Errorf("the address %q is not of a unix socket but of %q", text, scheme)
	case strings.Trim(text, "@\x00") == "":
		return Address{}, fmt.Errorf("the address %q is empty", text)
	}
	return Address{Socket: "@" + strings.TrimLeft(text, "@\x00")}, nil
}

func readFile(name string) ([]byte, error) {
	data, _, err := rootfile.Read(name, maxFile)
	return data, err
}

func fileError(file string, err error) error {
	kind := NotShim
	switch {
	case errors.Is(err, fs.ErrNotExist):
		kind = NoSocket
	case errors.Is(err, fs.ErrPermission):
		kind = PermissionDenied
	}
	return &Error{Address: file, Kind: kind, Err: err}
}
