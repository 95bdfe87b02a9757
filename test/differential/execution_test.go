package differential

import (
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// execution is a way to start a command: the flags that ask runc and sidestep
// for the same.
type execution struct {
	what     string
	runc     []string
	sidestep []string
	process  func(*specs.Process) // what runc has no flags for
	tty      bool
	hostile  bool // the tools are started by the hostile caller
}

func (e execution) String() string {
	words := []string{e.what}
	if e.tty {
		words = append(words, "on a terminal")
	}
	if e.hostile {
		words = append(words, "by the hostile caller")
	}
	return strings.Join(words, ", ")
}

var plainly = execution{what: "plainly"}

// users: runc takes numbers only, and gets those that a name means to Docker
// and containerd: the group is among the supplementary ones.
var users = []execution{
	as("root", "root", specs.User{AdditionalGids: []uint32{0}}),
	as("user 0", "0", specs.User{AdditionalGids: []uint32{0}}),
	{what: "user 1000 by flags", runc: flags("-u 1000:1000 -g 1000 -g 33 -g 10"), sidestep: flags("-u 1000")},
	as("user 1000", "1000", specs.User{UID: 1000, GID: 1000, AdditionalGids: []uint32{1000, 33, 10}}),
	as("user 1000:1000", "1000:1000", specs.User{UID: 1000, GID: 1000, AdditionalGids: []uint32{1000}}),
	as("user dev:www", "dev:www", specs.User{UID: 1000, GID: 33, AdditionalGids: []uint32{33}}),
	as("user 4242", "4242", specs.User{UID: 4242, AdditionalGids: []uint32{0}}),
	dev, stranger,
}

var (
	dev      = as("user dev", "dev", specs.User{UID: 1000, GID: 1000, AdditionalGids: []uint32{1000, 33, 10}})
	stranger = as("user 4242:4343", "4242:4343", specs.User{UID: 4242, GID: 4343, AdditionalGids: []uint32{4343}})
)

// as is an execution as a user. Runc's flags add groups to those of the
// container, where sidestep, as Docker, replaces those of the container's user and
// keeps those that it was given besides; a file says it all.
func as(what, name string, user specs.User) execution {
	return execution{what: what, sidestep: []string{"-u", name}, process: func(p *specs.Process) {
		u := user
		u.Umask = p.User.Umask
		own := append([]uint32{p.User.GID}, map[uint32][]uint32{1000: {1000, 33, 10}}[p.User.UID]...)
		for _, g := range p.User.AdditionalGids {
			if !slices.Contains(own, g) {
				u.AdditionalGids = append(slices.Clone(u.AdditionalGids), g)
			}
		}
		p.User = u
	}}
}

var environments = []execution{
	same("duplicate variables", "-e A=1 -e B=2 -e A=3"),
	same("a variable of the container's again", "-e PATH=/bin -e Z=1"),
	same("an empty variable", "-e EMPTY= -e ALSO="),
	same("an empty HOME", "-e HOME="),
	same("a HOME and an empty one", "-e HOME=/x -e HOME="),
	same("a HOME", "-e HOME=/nowhere"),
	{what: "a newline and an equals sign", runc: []string{"-e", "N=a\nb=c\n", "-e", "B= \t\"\\"},
		sidestep: []string{"-e", "N=a\nb=c\n", "-e", "B= \t\"\\"}},
}

var directories = []execution{
	same("in a directory", "--cwd /desk"),
	same("in a symlink to a directory", "--cwd /link"),
	same("in ..", "--cwd /desk/../tmp/."),
	same("in a missing directory", "--cwd /missing"),
	same("in a file", "--cwd /file/x"),
	same("in a directory that is a file", "--cwd /file"),
	{what: "in a directory that the user may not read", sidestep: flags("--cwd /secret -u 4242:4343"), process: func(p *specs.Process) {
		stranger.process(p)
		p.Cwd = "/secret"
	}},
	same("in /proc/self/fd", "--cwd /proc/self/fd"),
	same("in a descriptor's directory", "--cwd /proc/self/fd/6"),
}

var netAdmin = []string{"CAP_NET_ADMIN"}

var privileges = []execution{
	same("no new privileges", "--no-new-privs"),
	{what: "more capabilities", runc: flags("--cap CAP_NET_ADMIN --cap CAP_SYS_TIME"), sidestep: flags("--cap-add NET_ADMIN --cap-add CAP_SYS_TIME")},
	{what: "a capability that the caller lacks", runc: flags("--cap CAP_SYS_RESOURCE"), sidestep: flags("--cap-add SYS_RESOURCE")},
	{what: "more capabilities for a user", sidestep: flags("--cap-add net_admin -u 4242:4343"), process: func(p *specs.Process) {
		stranger.process(p)
		c := *p.Capabilities
		c.Bounding, c.Effective, c.Permitted = slices.Concat(c.Bounding, netAdmin), slices.Concat(c.Effective, netAdmin), slices.Concat(c.Permitted, netAdmin)
		p.Capabilities = &c
	}},
	{what: "privileged", sidestep: flags("--privileged"), process: func(p *specs.Process) {
		p.Capabilities = &specs.LinuxCapabilities{Bounding: ours(), Effective: ours(), Permitted: ours()}
	}},
	same("one descriptor preserved", "--preserve-fds 1"),
	same("three descriptors preserved", "--preserve-fds 3"),
	same("more descriptors preserved than there are", "--preserve-fds 100"),
}

// same is an execution for which both tools have the same flags.
func same(what, args string) execution {
	return execution{what: what, runc: flags(args), sidestep: flags(args)}
}

func flags(args string) []string { return strings.Fields(args) }

func onTerminal(e execution) execution {
	e.tty = true
	return e
}

func byHostileCaller(e execution) execution {
	e.hostile = true
	return e
}
