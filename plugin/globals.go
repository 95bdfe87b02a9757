package plugin

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/sidestep-dev/sidestep/resolver"
)

// globalFlags returns sidestep's global flags: ctr's names and environment.
func globalFlags() []cli.Flag {
	return named(
		&cli.StringFlag{
			Name: "address", Aliases: []string{"a"}, EnvVars: []string{"CONTAINERD_ADDRESS"},
			Usage: "`SOCKET` of containerd", DefaultText: "those that are found",
		},
		&cli.StringFlag{
			Name: "namespace", Aliases: []string{"n"}, EnvVars: []string{"CONTAINERD_NAMESPACE"},
			Usage: "look in this containerd `NAMESPACE` only", DefaultText: "in all",
		},
		&cli.DurationFlag{Name: "timeout", DefaultText: "1.5s", Usage: "`TIME` to wait for each answer"},
		&cli.DurationFlag{Name: "connect-timeout", DefaultText: "1.5s, or --timeout if longer", Usage: "`TIME` to wait for a connection"},
		&cli.StringFlag{Name: "source", Usage: "`LIST` of those to ask for a process, in order: " + sourceNames()},
		&cli.GenericFlag{
			Name: "runtime-root", Value: new(list),
			Usage: "`DIRECTORY` with the states of a runc or crun to search too (many times)",
		},
		toggle(nil, "say on stderr what is done, and when", "debug"),
	)
}

// globals are the global flags as the user typed them.
type globals struct {
	address, namespace      string
	timeout, connectTimeout time.Duration
	debug                   bool
	source                  string
	runtimeRoots            []string
	dockerHost              string // the address of a Docker daemon, as docker itself takes it
}

// readGlobals reads the flags of sidestep, or those of the same names of the
// application that mounted the command. The defaults of another application
// are not taken: ctr's is one namespace, "default".
func readGlobals(c *cli.Context) globals {
	g := globals{debug: c.Bool("debug"), dockerHost: os.Getenv("DOCKER_HOST")}
	// sidestep's own have no defaults. IsSet matches a regular expression for
	// each name of each flag.
	own := c.App.Metadata[ownFlags] != nil
	if own || c.IsSet("address") {
		g.address = c.String("address")
	}
	if own || c.IsSet("namespace") {
		g.namespace = c.String("namespace")
	}
	if own || c.IsSet("timeout") {
		g.timeout = c.Duration("timeout")
	}
	if own || c.IsSet("source") {
		g.source = c.String("source")
	}
	if roots, ok := c.Generic("runtime-root").(*list); ok {
		g.runtimeRoots = *roots
	}
	if own || c.IsSet("connect-timeout") {
		g.connectTimeout = c.Duration("connect-timeout")
	}
	return g
}

// ownFlags is the key of the metadata of an application whose global flags are
// globalFlags.
const ownFlags = "github.com/sidestep-dev/sidestep"

// config returns what the flags mean to the resolver.
func (g globals) config() (resolver.Config, error) {
	config := resolver.Config{Namespace: g.namespace, Timeout: g.timeout, ConnectTimeout: g.connectTimeout}
	if g.source != "" {
		sources, err := resolver.ParseSources(g.source)
		if err != nil {
			return config, rootUsage("--source: " + err.Error())
		}
		config.Sources = sources
	}
	if g.namespace != "" {
		if err := resolver.CheckNamespace(g.namespace); err != nil {
			return config, rootUsage(fmt.Sprintf("the namespace %q of -n or CONTAINERD_NAMESPACE is none that containerd may have: %s", g.namespace, err))
		}
	}
	var err error
	if config.RuntimeRoots, err = checkRuntimeRoots(g.runtimeRoots); err != nil {
		return config, err
	}
	// A Docker daemon that is reached otherwise is not on this host.
	if socket, ok := strings.CutPrefix(g.dockerHost, "unix://"); ok {
		config.DockerSockets = []string{socket}
	}
	for flag, d := range map[string]time.Duration{"--timeout": g.timeout, "--connect-timeout": g.connectTimeout} {
		if d < 0 {
			return config, rootUsage(fmt.Sprintf("%s is negative: %s", flag, d))
		}
	}
	if g.address != "" {
		path := strings.TrimPrefix(g.address, "unix://")
		if scheme, _, ok := strings.Cut(path, "://"); ok || path == "" {
			return config, rootUsage(fmt.Sprintf("--address %q is not a unix socket: scheme %q", g.address, scheme))
		}
		config.Addresses = []string{path}
	}
	return config, nil
}

// sourceNames lists what --source takes.
func sourceNames() string {
	var names []string
	for _, s := range resolver.Sources() {
		names = append(names, string(s))
	}
	return strings.Join(names, ",")
}

// words returns the flags as a user would type them.
func (g globals) words() []string {
	var words []string
	if g.address != "" {
		words = append(words, "--address", g.address)
	}
	if g.namespace != "" {
		words = append(words, "--namespace", g.namespace)
	}
	if g.timeout != 0 {
		words = append(words, "--timeout", g.timeout.String())
	}
	if g.connectTimeout != 0 {
		words = append(words, "--connect-timeout", g.connectTimeout.String())
	}
	if g.source != "" {
		words = append(words, "--source", g.source)
	}
	for _, root := range g.runtimeRoots {
		words = append(words, "--runtime-root", root)
	}
	return words
}
