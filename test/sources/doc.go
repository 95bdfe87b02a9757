// Package sources tests that a container is found when its daemon does not say
// which it is: by its shim, its bundle, its runtime's state and its processes.
package sources
