package resolver

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/resolver/docker"
)

// Config says whom a Resolver asks, and how long it waits for an answer.
type Config struct {
	Addresses []string // sockets of containerd, the first preferred; empty: those that are found
	Namespace string   // containerd's namespace; empty: all

	ConnectTimeout time.Duration // until a daemon has answered to a connection; 0: 1.5 s, or Timeout if that is longer
	Timeout        time.Duration // for one question to a daemon; 0: 1.5 s, and 1.8 s for all of a search; on a crowded host more, see crowd

	Sources      []Source // that may name a process, the one that is believed first before the others; empty: all
	RuntimeRoots []string // directories in which a runc or crun keeps states, to search beside the usual ones

	DockerSockets   []string // of Docker's daemon, with or without "unix://"; empty: the usual ones
	DockerDataRoots []string // where Docker keeps its files; empty: the usual ones
}

// The waits when Config names none, and the longest wait for Docker: its files
// say the same.
const (
	defaultConnectTimeout = 1500 * time.Millisecond
	defaultTimeout        = 1500 * time.Millisecond
	dockerTimeout         = 250 * time.Millisecond
)

// dockerNamespace is containerd's namespace for Docker's containers.
const dockerNamespace = "moby"

// Resolver finds containers. It is safe for concurrent use.
type Resolver struct {
	config  Config
	places  places
	patient bool          // the user has said how long to wait
	slow    time.Duration // how many times as long as usual everything may take, see crowd
	total   time.Duration // for a whole search, unless patient
	now     func() (uint64, error)

	pidsOnce sync.Once
	pidsErr  error // see otherPIDs

	mu      sync.Mutex
	clients map[string]*containerd.Client // by address
	sockets []string                      // that were found
	ahead   *ahead                        // what Begin has asked; nil: nothing
}

// New returns a Resolver. It connects to nothing yet.
func New(config Config) *Resolver {
	patient := config.ConnectTimeout > 0 || config.Timeout > 0
	if len(config.Sources) == 0 {
		config.Sources = Sources()
	}
	places := places{root: "/", proc: "/proc"}
	slow := crowd(places.proc)
	if config.ConnectTimeout <= 0 {
		config.ConnectTimeout = max(defaultConnectTimeout*slow, config.Timeout)
	}
	if config.Timeout <= 0 {
		config.Timeout = defaultTimeout * slow
	}
	return &Resolver{
		config: config, patient: patient, slow: slow, total: total * slow, places: places, now: proc.Now,
		clients: map[string]*containerd.Client{},
	}
}

// Close ends the connections.
func (r *Resolver) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, client := range r.clients {
		errs = append(errs, client.Close())
	}
	clear(r.clients)
	return errors.Join(errs...)
}

// addresses returns the sockets to ask, each once; none when containerd is not
// to be asked. The error is a *ConnectError.
func (r *Resolver) addresses() ([]string, error) {
	if !r.uses(SourceContainerd) {
		return nil, nil
	}
	if len(r.config.Addresses) > 0 {
		var all []string
		seen := map[string]bool{}
		for _, address := range r.config.Addresses {
			address = strings.TrimPrefix(address, "unix://")
			if !seen[address] {
				all, seen[address] = append(all, address), true
			}
		}
		return all, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.sockets) == 0 {
		r.sockets = findSockets(r.places.root)
	}
	if len(r.sockets) == 0 {
		err := fmt.Errorf("looked for %s", strings.Join(knownSockets, ", "))
		return nil, &ConnectError{Address: knownSockets[0], Kind: NoSocket, Err: err}
	}
	return r.sockets, nil
}

// client returns the connection to a containerd, which the first call makes. A
// daemon that does not answer to it is found out by the first question.
func (r *Resolver) client(ctx context.Context, address string) (*containerd.Client, error) {
	r.mu.Lock()
	client := r.clients[address]
	r.mu.Unlock()
	if client != nil && !client.Lost() {
		return client, nil
	}
	client, err := containerd.Open(ctx, address, containerd.Deadlines{Connect: r.config.ConnectTimeout, Call: r.config.Timeout})
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if other := r.clients[address]; other != nil && !other.Lost() {
		client.Close() // somebody else was faster, and may be using theirs
		return other, nil
	}
	r.clients[address] = client
	return client, nil
}

// namespaces returns the namespaces of a daemon that are searched.
func (r *Resolver) namespaces(ctx context.Context, client *containerd.Client) ([]string, error) {
	if r.config.Namespace != "" {
		return []string{r.config.Namespace}, nil
	}
	return client.Namespaces(ctx)
}

// docker returns where Docker's records are, and whether they matter: Docker's
// containers are all in one namespace.
func (r *Resolver) docker() (docker.Source, bool) {
	sockets, roots := r.config.DockerSockets, r.config.DockerDataRoots
	if len(sockets) == 0 {
		sockets = existing(docker.Sockets(r.places.root))
	}
	if len(roots) == 0 {
		roots = docker.DataRoots(r.places.root)
	}
	source := docker.Source{Sockets: sockets, DataRoots: roots, Deadline: min(r.config.Timeout, dockerTimeout)}
	return source, r.config.Namespace == "" || r.config.Namespace == dockerNamespace
}
