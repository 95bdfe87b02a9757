package bundle

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/internal/rootfile"
)

// Stored is what the library that Podman and CRI-O store their containers with
// has recorded of one (containers/storage: containers.go).
type Stored struct {
	Name    string // Podman's name, or CRI-O's: k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT
	Image   string
	Created time.Time
}

// maxStorage bounds containers.json, in bytes: some 600 for a container.
const maxStorage = 32 << 20

// StorageOf returns the file that describes the container of a bundle of
// Podman's or CRI-O's, which is STORAGE/DRIVER-containers/ID/userdata.
func StorageOf(dir string) (file string, ok bool) {
	if filepath.Base(dir) != "userdata" {
		return "", false
	}
	return filepath.Join(dir, "../../containers.json"), true
}

// ReadStorage returns the containers of a containers.json, by their IDs.
func ReadStorage(file string) (map[string]Stored, error) {
	data, _, err := rootfile.Read(file, maxStorage)
	if err != nil {
		return nil, err
	}
	stored, err := parseStorage(data)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", file, err)
	}
	return stored, nil
}

func parseStorage(data []byte) (map[string]Stored, error) {
	var list []struct {
		ID       string    `json:"id"`
		Names    []string  `json:"names"`
		Metadata string    `json:"metadata"` // JSON, of whoever made the container
		Created  time.Time `json:"created"`
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, err
	}
	all := make(map[string]Stored, len(list))
	for _, c := range list {
		var metadata struct {
			Image string `json:"image-name"`
		}
		_ = json.Unmarshal([]byte(c.Metadata), &metadata) // an image that is not known is no error
		stored := Stored{Image: metadata.Image, Created: c.Created}
		if len(c.Names) > 0 {
			stored.Name = c.Names[0]
		}
		all[c.ID] = stored
	}
	return all, nil
}
