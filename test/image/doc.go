// Package image tests that what hack/image builds is the same every time, and
// that containerd imports and runs it.
package image
