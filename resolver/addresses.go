package resolver

import "strings"

// Addresses returns the sockets of the containerds that are asked: those that
// Config names, or those that are found. The error is a *ConnectError.
func (r *Resolver) Addresses() ([]string, error) { return r.addresses() }

// DockerSockets returns the sockets on which a Docker daemon is looked for, in
// order; none when only another containerd namespace matters.
func (r *Resolver) DockerSockets() []string {
	source, useful := r.docker()
	if !useful {
		return nil
	}
	paths := make([]string, len(source.Sockets))
	for i, socket := range source.Sockets {
		paths[i] = strings.TrimPrefix(socket, "unix://")
	}
	return paths
}
