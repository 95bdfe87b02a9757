package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"testing"
	"time"
)

var made = time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC) // zip has only even seconds

// TestArchives: what is packed comes out, with its mode and time, and packs
// the same again.
func TestArchives(t *testing.T) {
	files := []entry{{"kubectl-sidestep", 0o755, []byte("program")}, {"LICENSE", 0o644, []byte("text")}}
	for name, unpack := range map[string]func(*testing.T, []byte) []entry{".tar.gz": untar, ".zip": unzip} {
		f := map[string]format{tarball.suffix: tarball, zipped.suffix: zipped}[name]
		data, err := f.pack(files, made)
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := f.pack(files, made); !bytes.Equal(data, again) {
			t.Errorf("%s: two archives of the same files differ", name)
		}
		unpacked := unpack(t, data)
		if len(unpacked) != len(files) {
			t.Fatalf("%s: %d files, want %d", name, len(unpacked), len(files))
		}
		for i, got := range unpacked {
			if want := files[i]; got.name != want.name || got.mode != want.mode || !bytes.Equal(got.data, want.data) {
				t.Errorf("%s: got %+v, want %+v", name, got, want)
			}
		}
	}
}

func untar(t *testing.T, data []byte) (files []entry) {
	t.Helper()
	decompressor, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for archive := tar.NewReader(decompressor); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		if !header.ModTime.Equal(made) {
			t.Errorf("%s has the time %v", header.Name, header.ModTime)
		}
		files = append(files, entry{header.Name, header.FileInfo().Mode(), content})
	}
}

func unzip(t *testing.T, data []byte) (files []entry) {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range archive.File {
		from, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		if !file.Modified.Equal(made) {
			t.Errorf("%s has the time %v", file.Name, file.Modified)
		}
		files = append(files, entry{file.Name, file.Mode(), content})
	}
	return files
}
