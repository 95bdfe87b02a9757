// Package release tests what hack/release builds: that it is the same every
// time, that krew takes it, and that the parts fit each other. It needs no
// root, but krew, which hack/test builds.
package release
