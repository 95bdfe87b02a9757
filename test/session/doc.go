// Package session tests sidestep serve --stdio with real containers: the
// session of a client that is not on the host.
package session
