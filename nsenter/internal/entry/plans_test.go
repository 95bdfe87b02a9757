package entry_test

import (
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

const bounding = 1<<7 | 1<<5 | 1 // setuid, kill, chown

func dockerPlan() *plan.Plan {
	return &plan.Plan{
		Namespaces: []proc.Namespace{proc.Cgroup, proc.IPC, proc.Mount, proc.Net, proc.PID, proc.UTS},
		UID:        1000, GID: 1001, Groups: []uint32{29, 1001, 70000}, Umask: 0o027, Filters: 1, LastCap: 40,
		Caps:    proc.Capabilities{Bounding: bounding, Permitted: bounding, Effective: 1},
		Rlimits: []plan.Rlimit{{Name: "RLIMIT_NOFILE", Soft: 1024, Hard: 4096}},
		Keyring: "_ses.4d6", Cwd: "/srv", Env: []string{"A=1"}, Args: []string{"sh", "-c"}, Path: []string{"/usr/bin/sh", "/bin/sh"},
	}
}

// plans are the shapes of plan that each rule has to hold for.
func plans() map[string]*plan.Plan {
	all := map[string]*plan.Plan{}
	add := func(name string, change func(*plan.Plan)) {
		all[name] = dockerPlan()
		change(all[name])
	}
	add("docker", func(*plan.Plan) {})
	add("no_new_privs", func(p *plan.Plan) { p.NoNewPrivs = true })
	add("terminal", func(p *plan.Plan) { p.TTY = true })
	add("preserved descriptors", func(p *plan.Plan) { p.PreserveFDs = 3 })
	add("labels", func(p *plan.Plan) { p.Labels = plan.Labels{AppArmor: "docker-default", SELinux: "a:b:c:d"} })
	add("user namespace", func(p *plan.Plan) { p.Namespaces = append(p.Namespaces, proc.User) })
	add("kept groups", func(p *plan.Plan) { p.Namespaces, p.KeepGroups = append(p.Namespaces, proc.User), true })
	add("ambient", func(p *plan.Plan) { p.Caps.Inheritable, p.Caps.Ambient = 1<<5, 1<<5 })
	add("net only", func(p *plan.Plan) { p.Namespaces = []proc.Namespace{proc.Net} })
	add("nothing to join", func(p *plan.Plan) { p.Namespaces = nil })
	add("no filters", func(p *plan.Plan) { p.Filters = 0 })
	add("cgroups", func(p *plan.Plan) { p.Cgroups = cgroups() })
	add("cgroups and labels", func(p *plan.Plan) {
		p.Cgroups, p.PreserveFDs, p.Labels = cgroups(), 2, plan.Labels{AppArmor: "docker-default"}
	})
	add("nowhere to look", func(p *plan.Plan) { p.Path = nil })
	return all
}

func cgroups() []plan.Cgroup {
	return []plan.Cgroup{
		{Membership: proc.Membership{Hierarchy: "7", Controllers: []string{"pids"}, Path: "/docker/4d6"}},
		{Membership: proc.Membership{Hierarchy: "0", Path: "/docker/4d6"}},
		{Membership: proc.Membership{Hierarchy: "1", Controllers: []string{"name=systemd"}, Path: "/docker/4d6"}},
	}
}

func filters(p *plan.Plan) []sys.Filter {
	if p.Filters == 0 {
		return nil
	}
	return []sys.Filter{
		{Flags: 2, Instructions: []unix.SockFilter{{Code: 0x15, Jt: 1, Jf: 2, K: 0xdeadbeef}, {Code: 6, K: 0x7fff0000}}},
		{Instructions: []unix.SockFilter{{Code: 6, K: 0x7fff0000}}},
	}
}

// eachPlan runs a test on the program of each plan, which finds its command.
func eachPlan(t *testing.T, test func(t *testing.T, p *plan.Plan, m *machine, trace []call)) {
	for name, p := range plans() {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, entry.Compile(p, filters(p)), entry.Control(p))
			trace, record := m.run(nil)
			if record != nil && p.Path != nil {
				failed, _ := m.program.Call(*record)
				t.Fatalf("%q failed although each call succeeded", failed.Step)
			}
			test(t, p, m, trace)
		})
	}
}

// is matches a call by its number and its first arguments.
func is(nr uintptr, args ...uint64) func(call) bool {
	return func(c call) bool { return c.Nr == nr && slices.Equal(c.Args[:len(args)], args) }
}

func first(trace []call, match func(call) bool) int { return slices.IndexFunc(trace, match) }

func last(trace []call, match func(call) bool) int {
	for i := len(trace) - 1; i >= 0; i-- {
		if match(trace[i]) {
			return i
		}
	}
	return -1
}

// inOrder fails unless all of the calls are made, one after the other.
func inOrder(t *testing.T, what string, at ...int) {
	t.Helper()
	if at[0] < 0 || !slices.IsSorted(at) || len(slices.Compact(slices.Clone(at))) != len(at) {
		t.Errorf("%s: made as calls number %v", what, at)
	}
}
