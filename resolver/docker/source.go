package docker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"
)

// ErrAbsent says that there is no Docker on this machine: neither a socket nor
// a data root.
var ErrAbsent = errors.New("no docker here")

// Source is where Docker's records are looked for.
type Source struct {
	Sockets   []string      // of the daemon, in order; with or without "unix://"
	DataRoots []string      // its data roots, in order
	Deadline  time.Duration // for the daemon's answer; 0: none
}

// Absent reports whether there is neither a socket to ask nor a data root: Records
// would find no Docker.
func (s Source) Absent() bool {
	return len(s.Sockets) == 0 && !slices.ContainsFunc(s.DataRoots, func(root string) bool {
		_, err := os.Stat(root)
		return !errors.Is(err, fs.ErrNotExist)
	})
}

// Records returns the record of every container, running or not, and who gave
// them, such as "docker at /run/docker.sock" or "docker's files in
// /var/lib/docker". The first socket that answers is believed; the files are
// read when none does. The error wraps ErrAbsent when there is no Docker.
func (s Source) Records(ctx context.Context) (records []Record, from string, err error) {
	failed := ErrAbsent
	for _, socket := range s.Sockets {
		records, err := s.ask(ctx, socket)
		if err == nil {
			return records, "docker at " + path(socket), nil
		}
		if ctx.Err() != nil {
			return nil, "", fmt.Errorf("docker at %s: %w", path(socket), ctx.Err())
		}
		if !errors.Is(err, fs.ErrNotExist) {
			failed = also(failed, fmt.Errorf("docker at %s: %w", path(socket), err))
		}
	}
	for _, root := range s.DataRoots {
		records, err := readAll(root)
		if err == nil {
			return records, "docker's files in " + root, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			failed = also(failed, fmt.Errorf("docker's files in %s: %w", root, err))
		}
	}
	return nil, "", failed
}

// also returns both errors on one line. That there is no Docker is no longer
// so once something else went wrong.
func also(failed, err error) error {
	if errors.Is(failed, ErrAbsent) {
		return err
	}
	return fmt.Errorf("%w; %w", failed, err)
}
