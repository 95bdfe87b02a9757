package containerd

import (
	"fmt"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/internal/wire"
)

// The numbers of fields are those of containerd's api/services and api/types.

// readNamespaces reads a ListNamespacesResponse.
func readNamespaces(message []byte) (names []string, err error) {
	err = wire.Texts(message, func(f wire.Field) error {
		if f.Number != 1 {
			return nil
		}
		name, _, err := readEntry(f.Bytes)
		names = append(names, name)
		return err
	})
	return names, err
}

// readRecord reads a GetContainerResponse or a ListContainerMessage.
func readRecord(namespace string, message []byte) (Record, error) {
	record := Record{Namespace: namespace}
	err := wire.Texts(message, func(f wire.Field) error {
		if f.Number == 1 {
			return wire.Texts(f.Bytes, record.readField)
		}
		return nil
	})
	if err != nil {
		err = fmt.Errorf("read the record of a container: %w", err)
	}
	return record, err
}

// readField reads one field of a Container.
func (r *Record) readField(f wire.Field) (err error) {
	switch f.Number {
	case 1:
		r.ID = string(f.Bytes)
	case 2:
		key, value, err := readEntry(f.Bytes)
		if err != nil {
			return err
		}
		if r.Labels == nil {
			r.Labels = map[string]string{}
		}
		r.Labels[key] = string(value)
	case 3:
		r.Image = string(f.Bytes)
	case 4:
		r.Runtime, _, err = readEntry(f.Bytes)
	case 5:
		r.SpecJSON, err = readAny(f.Bytes)
	case 8:
		r.Created, err = readTime(f.Bytes)
	case 9:
		r.Updated, err = readTime(f.Bytes)
	case 10:
		key, value, err := readEntry(f.Bytes)
		if err != nil {
			return err
		}
		if r.Extensions == nil {
			r.Extensions = map[string][]byte{}
		}
		r.Extensions[key], err = readAny(value)
		return err
	}
	return err
}

// readEntry reads a message whose fields 1 and 2 are a text and whatever
// belongs to it: an entry of a map, and more.
func readEntry(message []byte) (key string, value []byte, err error) {
	err = wire.Texts(message, func(f wire.Field) error {
		switch f.Number {
		case 1:
			key = string(f.Bytes)
		case 2:
			value = f.Bytes
		}
		return nil
	})
	return key, value, err
}

// readAny reads the content of a google.protobuf.Any.
func readAny(message []byte) ([]byte, error) {
	_, value, err := readEntry(message)
	return value, err
}

// readTime reads a google.protobuf.Timestamp.
func readTime(message []byte) (time.Time, error) {
	var seconds, nanos int64
	err := wire.Numbers(message, func(f wire.Field) error {
		switch f.Number {
		case 1:
			seconds = int64(f.Uint)
		case 2:
			nanos = int64(f.Uint)
		}
		return nil
	})
	return time.Unix(seconds, nanos).UTC(), err
}

// readTask reads a GetResponse of the service of tasks.
func readTask(message []byte) (Task, error) {
	t := Task{Status: Unknown}
	err := wire.Texts(message, func(f wire.Field) error {
		if f.Number == 1 {
			return wire.Numbers(f.Bytes, t.readField)
		}
		return nil
	})
	if err != nil {
		err = fmt.Errorf("read the task of a container: %w", err)
	}
	return t, err
}

// statuses are those of a containerd.v1.types.Process, by their number.
var statuses = [...]Status{Unknown, Created, Running, Stopped, Paused, Paused}

// readField reads one field of a Process.
func (t *Task) readField(f wire.Field) error {
	switch f.Number {
	case 3:
		t.PID = int(uint32(f.Uint))
	case 4:
		t.Status = Unknown
		if f.Uint < uint64(len(statuses)) {
			t.Status = statuses[f.Uint]
		}
	}
	return nil
}
