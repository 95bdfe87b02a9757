package kubectl

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// cacheDir is where this user's part in kept helpers is written down.
func cacheDir() (string, error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "sidestep"), err
}

func ownerFile(dir string) string { return filepath.Join(dir, "owner") }

// knownOwner returns what names this user's helpers, or "" when none was kept.
func knownOwner() string {
	dir, err := cacheDir()
	if err != nil {
		return ""
	}
	data, err := os.ReadFile(ownerFile(dir))
	if err != nil {
		return ""
	}
	return string(data)
}

// ownerID returns what names this user's helpers, from now on. It says nothing
// of the user.
func ownerID(dir string) (string, error) {
	file := ownerFile(dir)
	data, err := os.ReadFile(file)
	if err == nil && len(data) == 16 {
		return string(data), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	var random [8]byte
	_, _ = rand.Read(random[:]) // it never fails, see crypto/rand
	id := hex.EncodeToString(random[:])
	temp := file + "." + id
	if err := os.WriteFile(temp, []byte(id), 0o600); err != nil {
		return "", err
	}
	defer os.Remove(temp)
	// Of two first calls one wins, and both take what it wrote.
	if err := os.Link(temp, file); err != nil {
		if errors.Is(err, fs.ErrExist) {
			if data, err := os.ReadFile(file); err == nil && len(data) == 16 {
				return string(data), nil
			}
		}
		return id, os.Rename(temp, file)
	}
	return id, nil
}
