// Package terminal tests sidestep on a terminal, a pty that the test holds the
// other end of.
package terminal
