package resolver

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// belief is a claim that was found to be true, and its pinned process.
type belief struct {
	claim
	process  *proc.Process
	evidence []string // what it was verified by
}

// errExited says that a process that a source has named is not there any more.
var errExited = errors.New("has exited")

// verify pins the process that a source has named, compares it with all that is
// known of the container, and asks the source again.
//
// The files of a container that has ended may still be there, and the kernel
// uses a PID again: so it is not enough that nothing speaks against the process.
// Its start time must be the one that the runtime has recorded, its cgroup must
// be the container's, or its parent must be the container's own shim.
func (t *trace) verify(ctx context.Context, c claim, spec *specs.Spec) (*belief, error) {
	process, err := proc.Pin(c.pid)
	if errors.Is(err, proc.ErrGone) {
		return nil, fmt.Errorf("process %d %w", c.pid, errExited)
	}
	if err != nil {
		return nil, err
	}
	b := &belief{claim: c, process: process}
	if err := t.compare(ctx, b, spec); err != nil {
		process.Close()
		return nil, err
	}
	return b, nil
}

func (t *trace) compare(ctx context.Context, b *belief, spec *specs.Spec) error {
	if b.start != 0 && b.start != b.process.StartTime() {
		return fmt.Errorf("process %d is another one: it started %d ticks after boot, and the container's %d", b.pid, b.process.StartTime(), b.start)
	}
	seen, err := look(b.process, t.id, spec)
	if err == nil {
		err = seen.rank(b.process)
	}
	if err != nil {
		return fmt.Errorf("look at process %d: %w", b.pid, err)
	}
	if reason := seen.contradicts(t.id, spec); reason != "" {
		return fmt.Errorf("process %d is not the container's: %s", b.pid, reason)
	}
	stat, err := b.process.Stat()
	if err != nil {
		return fmt.Errorf("look at process %d: %w", b.pid, err)
	}
	b.evidence = seen.shows(t.id, spec)
	child := t.monitor != 0 && stat.PPID == t.monitor
	if child {
		b.evidence = append(b.evidence, fmt.Sprintf("child of its monitor, process %d", t.monitor))
	}
	started := b.start != 0 && b.source == SourceRuntime
	if started {
		b.evidence = append(b.evidence, "the start time that the runtime has recorded")
	}
	named := defaultCgroup(seen.cgroups, t.namespace, t.id)
	if named != "" && seen.isInit() && len(seen.nspid) == 2 {
		b.evidence = append(b.evidence, fmt.Sprintf("its cgroup %q is named after it", named))
	} else {
		named = ""
	}
	if ownCgroup(seen.cgroups, t.id, spec) == "" && named == "" && !child && !started {
		return fmt.Errorf("nothing shows that process %d is the container's", b.pid)
	}
	if ownNS, path := pidNamespace(spec); ownNS && path == "" && !seen.isInit() && (spec != nil || !started) {
		return fmt.Errorf("process %d is not the init of a PID namespace", b.pid)
	}
	if strings.HasPrefix(stat.Comm, "runc:[") { // before it executes the container's command
		b.state = Created
	}
	return t.again(ctx, b, spec)
}

// again asks the source a second time. The PID was a number until the process
// was pinned: only what is named after that is the pinned process.
func (t *trace) again(ctx context.Context, b *belief, spec *specs.Spec) error {
	if b.source != SourceProc { // which has named the process by its start time
		c, err := t.claim(ctx, b.source, spec)
		if err != nil {
			return fmt.Errorf("asked again: %w", err)
		}
		if c.pid != b.pid || c.start != b.start {
			return fmt.Errorf("the container's process is now %d", c.pid)
		}
		b.evidence = append(b.evidence, "asked again")
	}
	if b.process.Alive() != nil {
		return fmt.Errorf("process %d %w", b.pid, errExited)
	}
	return nil
}

// ownCgroup returns a cgroup that is the container's beyond doubt, or "".
func ownCgroup(cgroups []proc.Membership, id string, spec *specs.Spec) string {
	for _, m := range cgroups {
		if inner := innermost(m.Path); inner != "" && isFullID(id) && inner != id {
			continue // a container in this container
		}
		if belowSpec(m.Path, spec) || isFullID(id) && namedAfter(m.Path, id) {
			return m.Path
		}
	}
	return ""
}

// defaultCgroup returns a cgroup that ends in /NAMESPACE/ID, the form that
// containerd and ctr give it by default, or "". The ID is one that people
// choose: so it says something only of a process that the host itself has made
// the init of a PID namespace.
func defaultCgroup(cgroups []proc.Membership, namespace, id string) string {
	if namespace == "" {
		return ""
	}
	for _, m := range cgroups {
		if strings.HasSuffix(m.Path, "/"+namespace+"/"+id) {
			return m.Path
		}
	}
	return ""
}
