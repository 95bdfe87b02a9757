package plugin

import (
	"github.com/urfave/cli/v2"
)

// execOptions is a command line of exec as the user typed it.
type execOptions struct {
	interactive, tty, detach bool

	user    string
	env     list
	envFile list
	workdir string

	privileged, noNewPrivs bool
	noSeccomp, noLabel     bool
	capAdd                 list
	join                   list
	noCgroup, ignorePaused bool
	preserveFDs            int

	pidFile string
	dryRun  bool

	container string
	command   []string
}

// flags returns the flags of exec, which set o.
func (o *execOptions) flags() []cli.Flag {
	return named(
		toggle(&o.interactive, "pass stdin on", "interactive", "i"),
		toggle(&o.tty, "give the command a terminal", "tty", "t"),
		toggle(&o.detach, "start the command and leave it", "detach", "d"),
		&cli.StringFlag{
			Name: "user", Aliases: []string{"u"}, Destination: &o.user,
			Usage: "`USER[:GROUP]` to be, numbers or names of the container",
		},
		&cli.GenericFlag{
			Name: "env", Aliases: []string{"e"}, Value: &o.env,
			Usage: "set a variable, `NAME[=VALUE]`; without a value it has the caller's (many times)",
		},
		&cli.GenericFlag{Name: "env-file", Value: &o.envFile, Usage: "set the variables of a `FILE` (many times)"},
		&cli.StringFlag{
			Name: "workdir", Aliases: []string{"w", "cwd"}, Destination: &o.workdir,
			Usage: "absolute `DIRECTORY` to start in",
		},
		toggle(&o.privileged, "give the command every capability", "privileged"),
		&cli.GenericFlag{Name: "cap-add", Value: &o.capAdd, Usage: "give the command a `CAPABILITY` (many times)"},
		toggle(&o.noSeccomp, "leave out the container's seccomp filters", "no-seccomp"),
		toggle(&o.noLabel, "leave out its AppArmor profile or SELinux context", "no-label"),
		toggle(&o.noNewPrivs, "let the command gain no privileges (setuid)", "no-new-privs"),
		&cli.GenericFlag{
			Name: "join", Value: &o.join,
			Usage: "join these `NAMESPACES` only, such as net,uts (default: all)",
		},
		toggle(&o.noCgroup, "stay in the caller's cgroups", "no-cgroup"),
		toggle(&o.ignorePaused, "enter a paused container too", "ignore-paused"),
		&cli.IntFlag{
			Name: "preserve-fds", Destination: &o.preserveFDs, DefaultText: "0",
			Usage: "pass `N` descriptors on, from 3",
		},
		&cli.StringFlag{Name: "pid-file", Destination: &o.pidFile, Usage: "write the command's host PID to `FILE`"},
		toggle(&o.dryRun, "say what would be done, and do nothing", "dry-run"),
	)
}

// toggle is a flag that is there or not, with its names.
func toggle(on *bool, usage, name string, short ...string) cli.Flag {
	return &cli.BoolFlag{Name: name, Aliases: short, Destination: on, Usage: usage, DisableDefaultText: true}
}
