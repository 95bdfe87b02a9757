// Package soak tests that thousands of commands leave nothing behind, neither
// on the host nor in the container nor in its daemons.
package soak
