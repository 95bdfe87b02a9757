// Package oci writes container images as archives that containerd, Podman and
// Docker import, with no daemon and no registry. The same files make the same
// bytes: names are sorted, times and owners are fixed.
package oci
