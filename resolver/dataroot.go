package resolver

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/resolver/docker"
)

// A Docker daemon that keeps its files in an unusual place, and listens at one,
// still tells containerd where: it mounts /etc/hostname and its like from
// <data root>/containers/<ID> into each of its containers.

// dataRootOf returns the data root of the Docker daemon that made a container,
// or "".
func dataRootOf(record containerd.Record) string {
	if record.Namespace != dockerNamespace {
		return ""
	}
	spec, err := record.Spec()
	if err != nil {
		return ""
	}
	return dataRootIn(spec, record.ID)
}

// dataRootIn returns the data root that the mounts of a container show, or "".
func dataRootIn(spec *specs.Spec, id string) string {
	if spec == nil {
		return ""
	}
	for _, mount := range spec.Mounts {
		dir, ok := strings.CutSuffix(filepath.Dir(mount.Source), filepath.Join("/containers", id))
		if ok && filepath.IsAbs(dir) {
			return dir
		}
	}
	return ""
}

// unusual returns the data roots of containers that none of the known roots is.
func unusual(roots, known []string) []string {
	var found []string
	for _, root := range roots {
		if root != "" && !slices.Contains(known, root) && !slices.Contains(found, root) {
			found = append(found, root)
		}
	}
	return found
}

// searchDataRoots looks for the reference in the files of the Docker daemons
// whose containers the containerds have.
func searchDataRoots(ctx context.Context, daemons []*containerd.Client, seen *survey, known []string, ref Reference) answer {
	roots := seen.dataRoots()
	for _, daemon := range daemons {
		// A daemon that fails now has answered before: what it has is searched.
		_ = daemon.Each(ctx, dockerNamespace, func(record containerd.Record) { roots = append(roots, dataRootOf(record)) })
	}
	var found answer
	for _, root := range unusual(roots, known) {
		a := searchDocker(ctx, docker.Source{DataRoots: []string{root}}, ref)
		found.docker = append(found.docker, a.docker...)
		found.who = a.who
		if found.err == nil {
			found.err = a.err
		}
	}
	return found
}

// listDataRoots lists what those Docker daemons have recorded.
func listDataRoots(ctx context.Context, candidates []candidate, known []string) answer {
	var roots []string
	for _, c := range candidates {
		roots = append(roots, c.dataRoot)
	}
	var found answer
	for _, root := range unusual(roots, known) {
		a := listDocker(ctx, docker.Source{DataRoots: []string{root}})
		found.docker, found.who = append(found.docker, a.docker...), a.who
	}
	return found
}
