package oci

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/opencontainers/go-digest"
)

// File is a file of an image, owned by root.
type File struct {
	Name string      // without a leading slash; one that ends in "/" is a directory
	Mode fs.FileMode // permissions, with fs.ModeSticky
	Data []byte
	Link string // the target of a symbolic link
}

// layer packs the files into a compressed tar archive, and returns it with the
// digest of what it decompresses to. All have the given time.
func layer(files []File, modified time.Time) (blob []byte, diffID digest.Digest, err error) {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	var plain, packed bytes.Buffer
	archive := tar.NewWriter(&plain)
	for _, file := range files {
		header := &tar.Header{
			Name: file.Name, Linkname: file.Link, Size: int64(len(file.Data)), Mode: int64(file.Mode.Perm()),
			ModTime: modified, Format: tar.FormatUSTAR, Typeflag: tar.TypeReg,
		}
		if file.Mode&fs.ModeSticky != 0 {
			header.Mode |= 0o1000
		}
		switch {
		case file.Link != "":
			header.Typeflag = tar.TypeSymlink
		case strings.HasSuffix(file.Name, "/"):
			header.Typeflag = tar.TypeDir
		}
		if err := archive.WriteHeader(header); err != nil {
			return nil, "", fmt.Errorf("pack %s: %w", file.Name, err)
		}
		if _, err := archive.Write(file.Data); err != nil {
			return nil, "", fmt.Errorf("pack %s: %w", file.Name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return nil, "", fmt.Errorf("pack the layer: %w", err)
	}
	diffID = digest.FromBytes(plain.Bytes())
	compressor := gzip.NewWriter(&packed) // its header names no file and no time
	if _, err := compressor.Write(plain.Bytes()); err != nil {
		return nil, "", fmt.Errorf("compress the layer: %w", err)
	}
	if err := compressor.Close(); err != nil {
		return nil, "", fmt.Errorf("compress the layer: %w", err)
	}
	return packed.Bytes(), diffID, nil
}
