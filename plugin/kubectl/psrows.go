package kubectl

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/sidestep-dev/sidestep/plugin/escape"
)

// psRow is a container as the node's sidestep ps -o json shows it.
type psRow struct {
	Node      string   `json:"node"`
	ID        string   `json:"id"`
	Namespace string   `json:"namespace"`
	Name      string   `json:"name,omitempty"`
	Pod       *podName `json:"pod,omitempty"`
	PID       int      `json:"pid,omitempty"`
	State     string   `json:"state"`
	Shared    []string `json:"shared"`
	Image     string   `json:"image,omitempty"`
	Runtime   string   `json:"runtime,omitempty"`
	Created   string   `json:"created,omitempty"`
	Source    string   `json:"source,omitempty"`
	Error     string   `json:"error,omitempty"`
}

type podName struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	UID       string `json:"uid,omitempty"`
	Container string `json:"container,omitempty"`
}

func (a *app) writeRows(rows []psRow) error {
	var text bytes.Buffer
	table := tabwriter.NewWriter(&text, 0, 8, 3, ' ', 0)
	fmt.Fprintln(table, "NODE\tPOD\tCONTAINER\tID\tPID\tSTATE\tSHARED")
	for _, r := range rows {
		pod, name, id := "", r.Name, r.ID
		if r.Pod != nil {
			pod = r.Pod.Namespace + "/" + r.Pod.Name
		}
		if len(id) > 12 {
			id = id[:12]
		}
		pid := ""
		if r.PID != 0 {
			pid = strconv.Itoa(r.PID)
		}
		cells := []string{r.Node, pod, name, id, pid, r.State, strings.Join(r.Shared, ",")}
		for i, text := range cells {
			if text == "" {
				text = "-"
			}
			cells[i] = escape.Text(text)
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return a.write(text.Bytes())
}
