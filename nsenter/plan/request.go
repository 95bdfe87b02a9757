package plan

import "github.com/sidestep-dev/sidestep/nsenter/proc"

// Request is what the user asked for. The zero value of each field asks for
// what the container has.
type Request struct {
	ID           string           // the container's; it names the session keyring
	Args         []string         // empty asks for the user's login shell
	Env          []string         // K=V entries that go after the container's own
	Cwd          string           // absolute, in the container
	User         string           // USER[:GROUP], each a number or a name of the container
	HomeOfUser   bool             // the container's HOME may be its user's own, added by its maker: another one has another
	TTY          bool             // the command gets a terminal of its own
	Privileged   bool             // every capability, in all sets but the inheritable one
	NoSeccomp    bool             // without the container's seccomp filters
	NoLabel      bool             // without the container's AppArmor profile or SELinux context
	CapAdd       []string         // capabilities to add, with or without "CAP_"
	NoNewPrivs   bool             // set no_new_privs although the container does not
	Join         []proc.Namespace // nil asks for all that differ from the caller's
	NoCgroup     bool             // stay in the caller's cgroups
	IgnorePaused bool             // enter a frozen container
	PreserveFDs  int              // how many of the caller's descriptors from 3 on are passed
}
