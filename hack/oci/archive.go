package oci

import (
	"archive/tar"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"
)

// nameAnnotation is where containerd looks for the name of an imported image,
// see its package images.
const nameAnnotation = "io.containerd.image.name"

// Image is an image for one platform, linux on an architecture.
type Image struct {
	Architecture string // as Go spells it
	Files        []File
	Config       v1.ImageConfig
}

// Write writes an archive with the image of that name, such as
// "example.org/tool:v1", which has a variant for each architecture, and
// returns the image's digest. The archive gives it two names, the other being
// "example.org/tool@sha256:…": pods that ask for that find it too. created is
// when all of it was made.
func Write(w io.Writer, name string, created time.Time, variants ...Image) (digest.Digest, error) {
	repository, tag, ok := cutTag(name)
	if !ok {
		return "", fmt.Errorf("write image %q: its name has no tag", name)
	}
	a := &archive{out: tar.NewWriter(w), created: created.UTC().Truncate(time.Second), written: map[digest.Digest]bool{}}
	a.file(v1.ImageLayoutFile, a.encode(v1.ImageLayout{Version: v1.ImageLayoutVersion}))
	index := newIndex()
	for _, variant := range variants {
		index.Manifests = append(index.Manifests, a.variant(variant))
	}
	whole := a.blob(v1.MediaTypeImageIndex, a.encode(index))
	outer := newIndex()
	for _, alias := range []string{name, repository + "@" + whole.Digest.String()} {
		named := whole
		named.Annotations = map[string]string{nameAnnotation: alias, v1.AnnotationRefName: tag}
		outer.Manifests = append(outer.Manifests, named)
	}
	a.file(v1.ImageIndexFile, a.encode(outer))
	if a.err == nil {
		a.err = a.out.Close()
	}
	if a.err != nil {
		return "", fmt.Errorf("write image %q: %w", name, a.err)
	}
	return whole.Digest, nil
}

func cutTag(name string) (repository, tag string, ok bool) {
	colon := strings.LastIndexByte(name, ':')
	if colon <= strings.LastIndexByte(name, '/') {
		return "", "", false // none, or that of a port
	}
	return name[:colon], name[colon+1:], true
}

func newIndex() v1.Index {
	return v1.Index{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: v1.MediaTypeImageIndex}
}

// archive is a tar archive with the layout of an OCI image. It keeps the first
// error, after which nothing is written.
type archive struct {
	out     *tar.Writer
	created time.Time
	written map[digest.Digest]bool
	err     error
}

// variant writes an image without a name.
func (a *archive) variant(image Image) v1.Descriptor {
	data, diffID, err := layer(image.Files, a.created)
	a.keep(err)
	platform := v1.Platform{Architecture: image.Architecture, OS: "linux"}
	manifest := v1.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2},
		MediaType: v1.MediaTypeImageManifest,
		Config: a.blob(v1.MediaTypeImageConfig, a.encode(v1.Image{
			Created: &a.created, Platform: platform, Config: image.Config,
			RootFS: v1.RootFS{Type: "layers", DiffIDs: []digest.Digest{diffID}},
		})),
		Layers: []v1.Descriptor{a.blob(v1.MediaTypeImageLayerGzip, data)},
	}
	descriptor := a.blob(v1.MediaTypeImageManifest, a.encode(manifest))
	descriptor.Platform = &platform
	return descriptor
}

func (a *archive) blob(mediaType string, data []byte) v1.Descriptor {
	d := v1.Descriptor{MediaType: mediaType, Digest: digest.FromBytes(data), Size: int64(len(data))}
	if !a.written[d.Digest] { // two architectures may have a layer in common
		a.written[d.Digest] = true
		a.file(v1.ImageBlobsDir+"/"+d.Digest.Algorithm().String()+"/"+d.Digest.Encoded(), data)
	}
	return d
}

func (a *archive) file(name string, data []byte) {
	if a.err != nil {
		return
	}
	a.keep(a.out.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data)), ModTime: a.created, Format: tar.FormatUSTAR}))
	_, err := a.out.Write(data)
	a.keep(err)
}

func (a *archive) encode(v any) []byte {
	data, err := json.Marshal(v)
	a.keep(err)
	return data
}

func (a *archive) keep(err error) {
	if a.err == nil {
		a.err = err
	}
}
