package main

import (
	"fmt"
	"os"

	"github.com/opencontainers/go-digest"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sidestep-dev/sidestep/hack/oci"
)

// imageRepository is where the image is published.
const imageRepository = "ghcr.io/sidestep-dev/sidestep"

// image writes the archive of the helper image: nothing but sidestep.
func (r *release) image(file string, architectures []string) (digest.Digest, error) {
	var variants []oci.Image
	for _, arch := range architectures {
		binary, err := r.sidestep(platform{"linux", arch})
		if err != nil {
			return "", err
		}
		variants = append(variants, oci.Image{
			Architecture: arch,
			Files:        []oci.File{{Name: "sidestep", Mode: 0o755, Data: binary}},
			Config: v1.ImageConfig{
				Entrypoint: []string{"/sidestep"},
				Labels: map[string]string{
					v1.AnnotationTitle:    "sidestep",
					v1.AnnotationSource:   "https://" + module,
					v1.AnnotationVersion:  r.version,
					v1.AnnotationLicenses: "Apache-2.0",
				},
			},
		})
	}
	out, err := os.Create(file)
	if err != nil {
		return "", fmt.Errorf("write the image: %w", err)
	}
	defer out.Close()
	d, err := oci.Write(out, imageRepository+":"+r.version, r.made, variants...)
	if err != nil {
		return "", err
	}
	return d, out.Close()
}
