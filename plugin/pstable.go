package plugin

import (
	"io"
	"strconv"
	"strings"
	"time"
)

func writeRows(w io.Writer, rows []psRow, quiet bool, format string) error {
	switch {
	case quiet:
		return writeIDs(w, rows)
	case format == formatJSON:
		return writeJSON(w, rows)
	}
	header := []string{"CONTAINER ID", "NAMESPACE", "NAME", "POD", "PID", "STATE", "SHARED"}
	if format == formatWide {
		header = append(header, "IMAGE", "RUNTIME", "CREATED", "SOURCE")
	}
	table := [][]string{header}
	for _, r := range rows {
		table = append(table, r.cells(format == formatWide))
	}
	return writeTable(w, table)
}

func writeIDs(w io.Writer, rows []psRow) error {
	for _, r := range rows {
		if _, err := io.WriteString(w, cell(r.ID)+"\n"); err != nil {
			return err
		}
	}
	return nil
}

func (r psRow) cells(wide bool) []string {
	id, pid := shortID(r.ID), ""
	if wide {
		id = r.ID
	}
	if r.PID != 0 {
		pid = strconv.Itoa(r.PID)
	}
	cells := []string{id, r.Namespace, word(r.Name), word(r.pod()), pid, string(r.State), strings.Join(r.Shared, ",")}
	if !wide {
		return cells
	}
	created := ""
	if r.Created != nil {
		created = r.Created.Format(time.RFC3339)
	}
	return append(cells, word(r.Image), word(r.Runtime), created, r.from())
}

// shortID returns the first 12 characters of an ID, which is what people see
// and type.
func shortID(id string) string {
	if len(id) > 12 {
		return id[:12]
	}
	return id
}

// from says who told of a container, and of its PID when that was another.
func (r psRow) from() string {
	if r.Found == "" {
		return r.Source
	}
	return r.Source + "; PID in " + r.Found
}
