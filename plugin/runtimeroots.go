package plugin

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// rootDeadline is how long a directory may take to say that it is not there. One
// that hangs is the search's business, which has deadlines of its own.
const rootDeadline = 50 * time.Millisecond

// checkRuntimeRoots returns the directories of --runtime-root. A misspelt one
// would have nothing in it.
func checkRuntimeRoots(roots []string) ([]string, error) {
	var clean []string
	for _, root := range roots {
		if !filepath.IsAbs(root) {
			return nil, rootUsage(fmt.Sprintf("--runtime-root %q is not an absolute path", root))
		}
		if err := soon(func() error { return isDirectory(root) }); err != nil {
			return nil, rootUsage(fmt.Sprintf("--runtime-root %q: %v", root, err))
		}
		clean = append(clean, filepath.Clean(root))
	}
	return clean, nil
}

func isDirectory(name string) error {
	info, err := os.Stat(name)
	if err == nil && !info.IsDir() {
		err = errors.New("not a directory")
	}
	return plainError(err)
}

// soon returns what look does, or nil when that takes too long.
func soon(look func() error) error {
	done := make(chan error, 1)
	go func() { done <- look() }()
	select {
	case err := <-done:
		return err
	case <-time.After(rootDeadline):
		return nil
	}
}
