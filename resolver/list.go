package resolver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/resolver/docker"
	"github.com/sidestep-dev/sidestep/resolver/internal/hang"
)

// Row is a container as `ps` shows it.
type Row struct {
	Container
	State   State
	PID     int  // 0 unless the state is Created, Running or Paused
	Task    bool // a containerd has, or may have, a task of it
	Was     int  // the PID that a stopped task had; 0: its daemon does not say
	Created time.Time
	Found   string // who named the PID, when it was not the container's daemon, in words
	Err     error  // why the state is Unknown
}

// listTimeout bounds the wait for one task of a List, with Config.Timeout. It
// is as long as containerd itself waits for a shim.
const listTimeout = 2 * time.Second

// List returns every container of every namespace and daemon, by namespace
// and ID, sandboxes and those that Docker has stopped included. The tasks are
// asked for all at once, so that shims that do not answer cost one deadline
// together, and only their own rows say Unknown.
//
// The containers of daemons that do not answer soon, and those of no daemon, are
// those that files and processes of this host show; the state and the PID too,
// when a shim does not answer.
//
// The rows are valid even with an error, which says which daemon did not
// answer, a *ConnectError for each, or that there was no time for all: a list
// ends with the deadline of a search, and says Unknown of what comes later. It
// is a *NamespaceError when there are no rows since Config's namespace is none.
func (r *Resolver) List(ctx context.Context) ([]Row, error) {
	ctx, cancel := r.bounded(ctx)
	defer cancel()
	look := r.lookOnce(ctx)
	addresses, noDaemon := r.addresses()
	var asks []ask
	for _, address := range addresses {
		asks = append(asks, func(ctx context.Context) answer { return r.listDaemon(ctx, address) })
	}
	source, withDocker := r.docker()
	if withDocker {
		asks = append(asks, func(ctx context.Context) answer { return listDocker(ctx, source) })
	}
	all := r.listAll(ctx, asks, addresses, noDaemon, look)
	if len(all.daemons) == 0 && len(all.candidates) == 0 && len(all.unanswered) > 0 {
		return nil, joinErrors(all.unanswered)
	}
	if len(all.candidates) == 0 && len(all.docker) == 0 && len(all.unanswered) == 0 {
		if unknown := r.unknownNamespace(ctx, all.daemons); unknown != nil {
			return nil, unknown
		}
	}
	if r.ofAnother(&all, look) {
		all.docker = nil
	}
	if withDocker {
		all.addNames(listDataRoots(ctx, all.candidates, source.DataRoots))
	}
	all.addNames(answer{docker: all.docker, who: all.dockerFrom})
	all.sort(addresses)
	if noDaemon != nil && !slices.ContainsFunc(all.candidates, func(c candidate) bool { return c.container.Namespace != "" }) {
		all.unanswered = all.unanswered[1:] // no containerd is missed where there are only others
	}
	rows, late := r.rows(ctx, all.candidates, look)
	if late > 0 {
		all.unanswered = append(all.unanswered, fmt.Errorf("the states of %d of %s were not known in time", late, count(len(rows), "container")))
	}
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.ID, b.ID))
	})
	return rows, joinErrors(all.unanswered)
}

// listDaemon lists the containers of one containerd, without their specs.
func (r *Resolver) listDaemon(ctx context.Context, address string) answer {
	client, err := r.client(ctx, address)
	if err != nil {
		return answer{address: address, err: err}
	}
	namespaces, err := r.namespaces(ctx, client)
	if err != nil {
		return answer{address: address, err: err}
	}
	a := answer{address: address, daemon: client}
	a.candidates, a.err = r.eachNamespace(ctx, client, namespaces, Reference{}, listRecords)
	return a
}

func listRecords(ctx context.Context, client *containerd.Client, namespace string, _ Reference) ([]candidate, error) {
	var all []candidate
	err := client.Each(ctx, namespace, func(record containerd.Record) {
		var root string
		if len(all) == 0 { // a daemon of Docker's has one for all its containers
			root = dataRootOf(record)
		}
		record.SpecJSON, record.Extensions = nil, nil
		c := fromRecord(client, record)
		c.dataRoot = root
		all = append(all, c)
	})
	return all, err
}

// dockerFiles bounds the wait for what Docker has recorded of its containers,
// after that for its daemon.
const dockerFiles = 250 * time.Millisecond

func listDocker(ctx context.Context, source docker.Source) answer {
	a, ok := hang.Within(source.Deadline+dockerFiles, func() answer {
		records, from, err := source.Records(ctx)
		return answer{docker: records, who: from, err: err}
	})
	switch {
	case !ok:
		return answer{err: fmt.Errorf("docker's files in %s could not be read in %s", strings.Join(source.DataRoots, ", "), dockerFiles)}
	case errors.Is(a.err, docker.ErrAbsent):
		return answer{}
	}
	return a
}

// addNames adds what a Docker knows of its containers, and those that only it
// knows.
func (f *finding) addNames(known answer) {
	place := make(map[string]int, len(f.candidates))
	for i, c := range f.candidates {
		if c.container.byDocker() {
			place[c.container.ID] = i
		}
	}
	for _, record := range known.docker {
		if i, ok := place[record.ID]; ok {
			f.candidates[i].addDocker(record)
			continue
		}
		c := fromDocker(record, known.who)
		c.unanswered = f.unanswered
		f.candidates = append(f.candidates, c)
	}
}
