package plugin

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sidestep-dev/sidestep/nsenter"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

func nsCommand() *cli.Command {
	return showing(cli.Command{
		Name:      "ns",
		Usage:     "show a container's namespaces beside the host's",
		ArgsUsage: "CONTAINER|pid:N",
		Description: "The IDs are those of ls -l /proc/PID/ns. The host is what sidestep itself\n" +
			"runs in. What the container shares with it is marked with *.",
	}, (*call).ns, formatTable, formatJSON)
}

func (c *call) ns(ctx context.Context, format string) error {
	target, err := c.namedTarget(ctx)
	if err != nil {
		return err
	}
	defer target.Close()
	container, err := target.Process.Namespaces()
	if err != nil {
		return inContainer(target, nsenter.Unjoinable(target.Process, err))
	}
	host, err := namespacesOf(os.Getpid())
	if err != nil {
		return err
	}
	rows := compareNamespaces(container, host)
	if format == formatJSON {
		return writeJSON(c.out, nsOutput{Process: newPIDOutput(target), Namespaces: rows})
	}
	return writeNamespaces(c.out, rows, c.coloured())
}

// nsOutput is what -o json shows.
type nsOutput struct {
	Process    pidOutput `json:"process"`
	Namespaces []nsRow   `json:"namespaces"`
}

// nsRow is one kind of namespace.
type nsRow struct {
	Kind      string `json:"kind"`
	Container string `json:"container"` // as readlink /proc/PID/ns/KIND prints it
	Host      string `json:"host"`
	Shared    bool   `json:"shared"`
}

// compareNamespaces leaves out the kinds that the kernel does not have.
func compareNamespaces(container, host proc.Namespaces) []nsRow {
	var rows []nsRow
	for _, kind := range proc.Kinds() {
		if container[kind] == (proc.ID{}) && host[kind] == (proc.ID{}) {
			continue
		}
		rows = append(rows, nsRow{
			Kind: kind.String(), Container: container.Link(kind), Host: host.Link(kind),
			Shared: container[kind] == host[kind],
		})
	}
	return rows
}

func writeNamespaces(w io.Writer, rows []nsRow, coloured bool) error {
	table := [][]string{{"KIND", "CONTAINER", "HOST", "RELATION"}}
	for _, r := range rows {
		relation := "own"
		if r.Shared {
			relation = "shared *"
		}
		table = append(table, []string{r.Kind, r.Container, r.Host, relation})
	}
	// Coloured once the columns stand: escape sequences would count as width.
	var text strings.Builder
	if err := writeTable(&text, table); err != nil {
		return err
	}
	shown := text.String()
	if coloured {
		shown = strings.ReplaceAll(shown, "shared *\n", "\x1b[1;31mshared *\x1b[0m\n")
	}
	if _, err := io.WriteString(w, shown); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return nil
}
