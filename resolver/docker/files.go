package docker

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// maxFile bounds one file that is read, in bytes.
const maxFile = 4 << 20

// readAll reads the records below a data root. A container that is being made
// or removed has no readable record: it is left out.
func readAll(root string) ([]Record, error) {
	dir := filepath.Join(root, "containers")
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var records []Record
	for _, entry := range entries {
		if !entry.IsDir() || !validID(entry.Name()) {
			continue
		}
		data, err := readFile(filepath.Join(dir, entry.Name(), "config.v2.json"))
		if errors.Is(err, fs.ErrPermission) {
			return nil, err
		}
		if err != nil {
			continue
		}
		record, err := parseConfig(data)
		if err != nil || record.ID != entry.Name() {
			continue
		}
		records = append(records, record)
	}
	return records, nil
}

// readFile returns the content of a regular file of bounded length.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read %s: not a regular file", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("read %s: longer than %d bytes", path, maxFile)
	}
	return data, err
}

// parseConfig parses a container's config.v2.json (moby: container/container.go).
func parseConfig(data []byte) (Record, error) {
	var c struct {
		ID      string
		Name    string
		Created time.Time
		State   struct {
			Running, Paused, Restarting, Dead, RemovalInProgress bool

			StartedAt time.Time
		}
		Config struct {
			Image  string
			Labels map[string]string
		}
	}
	if err := json.Unmarshal(data, &c); err != nil {
		return Record{}, fmt.Errorf("parse config.v2.json: %w", err)
	}
	if !validID(c.ID) {
		return Record{}, errors.New("parse config.v2.json: no ID")
	}
	record := Record{ID: c.ID, Name: name([]string{c.Name}), Image: c.Config.Image, Labels: c.Config.Labels, Created: c.Created}
	// As (*State).StateString orders them (moby: container/state.go).
	switch {
	case c.State.Running && c.State.Paused:
		record.State = "paused"
	case c.State.Running && c.State.Restarting:
		record.State = "restarting"
	case c.State.Running:
		record.State = "running"
	case c.State.RemovalInProgress:
		record.State = "removing"
	case c.State.Dead:
		record.State = "dead"
	case c.State.StartedAt.IsZero():
		record.State = "created"
	default:
		record.State = "exited"
	}
	return record, nil
}
