package oci

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/opencontainers/go-digest"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"
)

var made = time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("", 3600))

func variants(files ...File) []Image {
	return []Image{
		{Architecture: "amd64", Files: files, Config: v1.ImageConfig{Entrypoint: []string{"/a"}}},
		{Architecture: "arm64", Files: files},
	}
}

func write(t *testing.T, images ...Image) ([]byte, digest.Digest) {
	t.Helper()
	var out bytes.Buffer
	d, err := Write(&out, "example.org:5000/tool:v1", made, images...)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), d
}

// TestReproducible: the order of the files does not matter, what they are does.
func TestReproducible(t *testing.T) {
	a, b := File{Name: "a", Mode: 0o755, Data: []byte("x")}, File{Name: "b", Link: "a"}
	first, firstDigest := write(t, variants(a, b)...)
	second, secondDigest := write(t, variants(b, a)...)
	if !bytes.Equal(first, second) || firstDigest != secondDigest {
		t.Error("two archives of the same files differ")
	}
	a.Mode = 0o700
	if _, other := write(t, variants(a, b)...); other == firstDigest {
		t.Error("the digest does not depend on a file's mode")
	}
}

// TestReferences: every descriptor, from index.json down to the layers, names
// a blob of the archive with its digest and size.
func TestReferences(t *testing.T) {
	data, image := write(t, variants(File{Name: "a", Data: []byte("x")}, File{Name: "d/"})...)
	files := unpack(t, data)
	for name, content := range files {
		if d, ok := blobDigest(name); ok && digest.FromBytes(content) != d {
			t.Errorf("%s has other content", name)
		}
	}
	blob := func(d v1.Descriptor, into any) {
		t.Helper()
		content, ok := files["blobs/sha256/"+d.Digest.Encoded()]
		if !ok || int64(len(content)) != d.Size {
			t.Fatalf("blob %v: %d bytes", d, len(content))
		}
		if into != nil {
			decode(t, content, into)
		}
	}
	var outer, inner v1.Index
	decode(t, files["index.json"], &outer)
	if len(outer.Manifests) != 2 {
		t.Fatalf("%d names, want 2", len(outer.Manifests))
	}
	for i, name := range []string{"example.org:5000/tool:v1", "example.org:5000/tool@" + image.String()} {
		if got := outer.Manifests[i]; got.Annotations[nameAnnotation] != name || got.Digest != image {
			t.Errorf("name %d: %v", i, got)
		}
	}
	blob(outer.Manifests[0], &inner)
	for i, architecture := range []string{"amd64", "arm64"} {
		var manifest v1.Manifest
		var config v1.Image
		blob(inner.Manifests[i], &manifest)
		blob(manifest.Config, &config)
		blob(manifest.Layers[0], nil)
		if config.Architecture != architecture || inner.Manifests[i].Platform.Architecture != architecture {
			t.Errorf("variant %d is for %s", i, config.Architecture)
		}
		if !config.Created.Equal(made.Truncate(time.Second)) {
			t.Errorf("created %v", config.Created)
		}
	}
}

func TestNameNeedsTag(t *testing.T) {
	for _, name := range []string{"", "tool", "example.org:5000/tool"} {
		if _, err := Write(io.Discard, name, made); err == nil {
			t.Errorf("%q: no error", name)
		}
	}
}

func TestWriteError(t *testing.T) {
	broken := errors.New("disk full")
	reader, writer := io.Pipe()
	_ = reader.CloseWithError(broken)
	if _, err := Write(writer, "tool:v1", made, variants()...); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

func unpack(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	archive := tar.NewReader(bytes.NewReader(data))
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := files[header.Name]; twice {
			t.Errorf("%s is there twice", header.Name)
		}
		if files[header.Name], err = io.ReadAll(archive); err != nil {
			t.Fatal(err)
		}
	}
}

func blobDigest(name string) (digest.Digest, bool) {
	const prefix = "blobs/sha256/"
	if len(name) <= len(prefix) || name[:len(prefix)] != prefix {
		return "", false
	}
	return digest.NewDigestFromEncoded(digest.SHA256, name[len(prefix):]), true
}

func decode(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
}
