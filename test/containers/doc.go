// Package containers tests that a command in a container is what the
// container's runtime would have started, for containers of many kinds.
package containers
