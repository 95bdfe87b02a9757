package bundle

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/internal/jsonvalue"
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
	all := map[string]Stored{}
	err := jsonvalue.Read(data, func(v jsonvalue.Value) {
		v.Elements(func(v jsonvalue.Value) {
			id, stored := container(v)
			all[id] = stored
		})
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func container(v jsonvalue.Value) (id string, stored Stored) {
	v.Members(func(name string, v jsonvalue.Value) {
		switch name {
		case "id":
			id = v.Text()
		case "names":
			if names := v.Texts(); len(names) > 0 {
				stored.Name = names[0]
			}
		case "metadata":
			stored.Image = imageOf(v.Text())
		case "created":
			stored.Created = v.Time()
		}
	})
	return id, stored
}

// imageOf returns the name of the image in the JSON that whoever made a container
// has stored with it, or "": that is no error.
func imageOf(metadata string) (image string) {
	_ = jsonvalue.ReadMembers([]byte(metadata), func(name string, v jsonvalue.Value) {
		if name == "image-name" {
			image = v.Text()
		}
	})
	return image
}
