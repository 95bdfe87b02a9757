package plugin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"
)

// taskCommand is ctr's spelling, so that a line for ctr works as it is.
func taskCommand() *cli.Command {
	return &cli.Command{
		Name:            "task",
		Aliases:         []string{"tasks", "t"},
		Usage:           "ctr's spelling: task exec, task ls, task ps",
		HideHelpCommand: true,
		Subcommands:     []*cli.Command{taskExecCommand(), taskListCommand(), taskProcessesCommand()},
		OnUsageError: func(c *cli.Context, err error, _ bool) error {
			return explain(usage(c, "%s", flagText(err)), 0)
		},
		Action: func(c *cli.Context) error {
			if name := c.Args().First(); name != "" {
				return explain(unknownCommand(c, name), 0)
			}
			return cli.ShowSubcommandHelp(c)
		},
	}
}

// taskExecCommand differs from exec in that stdin is always passed on.
func taskExecCommand() *cli.Command {
	o := &execOptions{}
	var execID string
	ignored := &cli.StringFlag{Name: "exec-id", Destination: &execID, Usage: "`ID` is accepted for ctr's sake and ignored"}
	return &cli.Command{
		Name:            "exec",
		Usage:           "run a command in a container, with stdin",
		Description:     "Without COMMAND it is the login shell of the container's user.",
		ArgsUsage:       "CONTAINER [--] [COMMAND ARG…]",
		Flags:           append(o.flags(), named(ignored)...),
		SkipFlagParsing: true,
		HideHelpCommand: true,
		Action: action(flagsFirst, func(ctx context.Context, c *call) error {
			o.interactive = o.interactive || !o.detach
			return c.exec(ctx, o)
		}),
	}
}

func taskListCommand() *cli.Command {
	var quiet bool
	return &cli.Command{
		Name:    "ls",
		Aliases: []string{"list"},
		Usage:   "list the tasks, as ctr does",

		Flags: named(
			toggle(&quiet, "show IDs only", "quiet", "q"),
		),
		SkipFlagParsing: true,
		HideHelpCommand: true,
		Action: action(flagsAnyway, func(ctx context.Context, c *call) error {
			if err := c.noArguments(); err != nil {
				return err
			}
			rows, lacks, err := c.list(ctx)
			if err != nil {
				return err
			}
			rows = slices.DeleteFunc(rows, func(r psRow) bool { return !r.task })
			write := writeTasks
			if quiet {
				write = writeIDs
			}
			if err := write(c.out, rows); err != nil {
				return err
			}
			writeReasons(c.err, rows, lacks)
			return nil
		}),
	}
}

func writeTasks(w io.Writer, rows []psRow) error {
	table := [][]string{{"TASK", "PID", "STATUS"}}
	for _, r := range rows {
		table = append(table, []string{r.ID, strconv.Itoa(cmp.Or(r.PID, r.was)), strings.ToUpper(string(r.State))})
	}
	return writeTable(w, table)
}

func taskProcessesCommand() *cli.Command {
	return &cli.Command{
		Name:            "ps",
		Usage:           "list the host PIDs of a container's processes",
		ArgsUsage:       "CONTAINER",
		SkipFlagParsing: true,
		HideHelpCommand: true,
		Action: action(flagsAnyway, func(ctx context.Context, c *call) error {
			target, err := c.namedTarget(ctx)
			if err != nil {
				return err
			}
			defer target.Close()
			pids, err := members(target.Process)
			if errors.Is(err, errNoCgroup) {
				return fmt.Errorf("%s: %w", describe(target.Container), err)
			}
			if err != nil {
				return err
			}
			table := [][]string{{"PID", "INFO"}}
			for _, pid := range pids {
				table = append(table, []string{strconv.Itoa(pid), ""})
			}
			return writeTable(c.out, table)
		}),
	}
}
