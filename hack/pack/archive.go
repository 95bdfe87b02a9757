package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io/fs"
	"time"
)

// entry is a file of an archive.
type entry struct {
	name string
	mode fs.FileMode
	data []byte
}

// format is a kind of archive.
type format struct {
	suffix string
	pack   func([]entry, time.Time) ([]byte, error)
}

// krew takes these two.
var (
	tarball = format{".tar.gz", packTar}
	zipped  = format{".zip", packZip}
)

func packTar(files []entry, modified time.Time) ([]byte, error) {
	var out bytes.Buffer
	compressor, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	archive := tar.NewWriter(compressor)
	for _, file := range files {
		header := &tar.Header{
			Name: file.name, Mode: int64(file.mode), Size: int64(len(file.data)), ModTime: modified, Format: tar.FormatUSTAR,
		}
		if err := archive.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := archive.Write(file.data); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	if err := compressor.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func packZip(files []entry, modified time.Time) ([]byte, error) {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, file := range files {
		header := &zip.FileHeader{Name: file.name, Method: zip.Deflate, Modified: modified}
		header.SetMode(file.mode)
		to, err := archive.CreateHeader(header)
		if err != nil {
			return nil, err
		}
		if _, err := to.Write(file.data); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// completionShim returns the program that kubectl asks for completions of the
// plugin's arguments, and that krew does not put on PATH.
func completionShim(on platform) entry {
	const name = "kubectl_complete-sidestep"
	if on.os == "windows" {
		return entry{name + ".cmd", 0o755, []byte("@kubectl-sidestep.exe __complete %*\r\n")}
	}
	return entry{name, 0o755, []byte("#!/bin/sh\nexec kubectl-sidestep __complete \"$@\"\n")}
}
