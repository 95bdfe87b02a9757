package plugin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/plugin/escape"
	"github.com/sidestep-dev/sidestep/resolver"
)

func psCommand() *cli.Command {
	var all, quiet bool
	return showing(cli.Command{
		Name:  "ps",
		Usage: "list the containers of every namespace",

		Description: "SHARED are the namespaces that a container shares with the host, which is\n" +
			"what sidestep itself runs in. A state is unknown when neither the shim nor\n" +
			"what it left on this host says it; -o wide shows who said what.",
		Flags: named(
			toggle(&all, "show stopped containers too", "all", "a"),
			toggle(&quiet, "show full IDs only", "quiet", "q"),
		),
	}, func(c *call, ctx context.Context, format string) error {
		if err := c.noArguments(); err != nil {
			return err
		}
		return c.ps(ctx, all, quiet, format)
	}, formatTable, formatWide, formatJSON)
}

func (c *call) ps(ctx context.Context, all, quiet bool, format string) error {
	rows, lacks, err := c.list(ctx)
	if err != nil {
		return err
	}
	if !all {
		rows = slices.DeleteFunc(rows, func(r psRow) bool { return !r.live() })
	}
	if err := writeRows(c.out, rows, quiet, format); err != nil {
		return err
	}
	writeReasons(c.err, rows, lacks)
	return nil
}

// list returns the containers, sorted, and why there may be more of them. The
// error says why there is no list.
func (c *call) list(ctx context.Context) (rows []psRow, lacks, err error) {
	r, err := c.resolver()
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	listed, lacks := r.List(ctx)
	c.debugf("%d containers", len(listed))
	var unknown *resolver.NamespaceError
	switch {
	case len(listed) > 0:
	case lacks == nil && c.globals.seesNothing(os.Geteuid()):
		return nil, nil, &failure{err: errNotRoot, hint: rootHint, code: exitFailed}
	case lacks != nil && !errors.As(lacks, &unknown):
		return nil, nil, &listError{lacks}
	}
	host, hostErr := namespacesOf(os.Getpid())
	rows = make([]psRow, 0, len(listed))
	for _, row := range listed {
		var shared []string
		if ids, err := namespacesOf(row.PID); err == nil && hostErr == nil {
			shared = sharedKinds(host, ids)
		}
		rows = append(rows, newRow(row, shared))
	}
	slices.SortFunc(rows, compareRows)
	return rows, lacks, nil
}

// listError says why there is no list: no container was named that could be
// looked for elsewhere.
type listError struct{ err error }

func (e *listError) Error() string { return e.err.Error() }

func (e *listError) Unwrap() error { return e.err }

// namespacesOf returns the namespaces of a process.
func namespacesOf(pid int) (proc.Namespaces, error) {
	p, err := proc.Pin(pid)
	if err != nil {
		return proc.Namespaces{}, err
	}
	defer p.Close()
	return p.Namespaces()
}

// sharedKinds names the namespaces that both are in.
func sharedKinds(host, container proc.Namespaces) []string {
	shared := []string{}
	for _, kind := range proc.Kinds() {
		if host[kind] == container[kind] && host[kind] != (proc.ID{}) {
			shared = append(shared, kind.String())
		}
	}
	return shared
}

// writeReasons says why the state of some containers is unknown, a line for
// each reason, which states their daemon did not tell, and what the list lacks.
func writeReasons(w io.Writer, rows []psRow, lacks error) {
	var found []string
	for _, r := range rows {
		if r.Found != "" {
			found = append(found, shortID(r.ID))
		}
	}
	if len(found) > 0 {
		fmt.Fprintf(w, "sidestep: found on this host, not by a daemon: %s\n", escape.Text(some(found, len(rows))))
	}
	var reasons []string
	ids := map[string][]string{}
	for _, r := range rows {
		if r.reason == "" {
			continue
		}
		if ids[r.reason] == nil {
			reasons = append(reasons, r.reason)
		}
		ids[r.reason] = append(ids[r.reason], shortID(r.ID))
	}
	for _, reason := range reasons {
		fmt.Fprintf(w, "sidestep: unknown state of %s: %s\n", escape.Text(some(ids[reason], len(rows))), escape.Text(reason))
	}
	var unknown *resolver.NamespaceError
	switch {
	case errors.As(lacks, &unknown):
		fmt.Fprintf(w, "sidestep: %s\n", escape.Text(lacks.Error()))
	case lacks != nil:
		fmt.Fprintf(w, "sidestep: incomplete: %s\n", escape.Text(lacks.Error()))
	}
}

// some names containers of a list of so many, as far as a line has room for them.
func some(ids []string, of int) string {
	const most = 5
	switch {
	case len(ids) == of && of > 1:
		return fmt.Sprintf("all %d", of)
	case len(ids) > most+1:
		return fmt.Sprintf("%s and %d more", strings.Join(ids[:most], ", "), len(ids)-most)
	}
	return strings.Join(ids, ", ")
}
