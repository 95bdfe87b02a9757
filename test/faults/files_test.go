package faults

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// fileFaults are those of the state directories, each with a containerd that
// answers, and with one that does not: then the files would have been needed.
func fileFaults() []fault {
	named := []string{"runtime.state", "bundle"}
	var all []fault
	for _, damage := range []struct {
		name   string
		inject func(*testing.T, *world)
	}{
		{"state files removed", eachFile(func(*testing.T, string, []byte) {})},
		{"state files empty", eachFile(func(t *testing.T, path string, _ []byte) { write(t, path, nil) })},
		{"state files cut in half", eachFile(func(t *testing.T, path string, data []byte) { write(t, path, data[:len(data)/2]) })},
		{"state files are garbage", eachFile(func(t *testing.T, path string, data []byte) { write(t, path, garbage(len(data))) })},
		{"state files are loops of links", eachFile(loop)},
		{"state files are pipes nobody writes to", eachFile(pipe)},
		{"state directories mounted over", eachDir(mountEmpty)},
		{"state directories hang", eachDir(mountHanging)},
	} {
		all = append(all,
			fault{name: damage.name, inject: damage.inject, named: named},
			fault{name: damage.name + ", containerd killed", inject: both(killContainerd, damage.inject), named: named, slow: true})
	}
	return append(all,
		fault{
			name: "state directories hang, containerd stopped", inject: both(eachDir(mountHanging), stopContainerd),
			named: named, slow: true,
		},
		fault{
			name: "state files removed, containerd and shim killed", inject: both(both(killContainerd, killShims), eachFile(func(*testing.T, string, []byte) {})),
			named: named, slow: true, fatal: true,
		},
		fault{name: "file system of the state full", inject: fillBytes, named: []string{"disk.space"}},
		fault{name: "file system of the state out of files", inject: fillFiles, named: []string{"disk.inodes"}},
	)
}

// stateFiles are the files that name the container's process, or what it is;
// not the log of what runc did last.
func (v *victim) stateFiles() []string {
	files, _ := filepath.Glob(filepath.Join(v.bundle(), "*"))
	var found []string
	for _, file := range append(files, filepath.Join(v.runcState(), "state.json")) {
		if info, err := os.Lstat(file); err == nil && info.Mode().IsRegular() && filepath.Base(file) != "log.json" {
			found = append(found, file)
		}
	}
	return found
}

// eachFile puts something else in the place of each of the files.
func eachFile(replace func(t *testing.T, path string, data []byte)) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		saved := filepath.Join(w.bed.State(), "saved")
		if err := os.Mkdir(saved, 0o700); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Remove(saved) })
		for _, v := range w.victims {
			for n, path := range v.stateFiles() {
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				kept := filepath.Join(saved, fmt.Sprintf("%s-%d", v.id, n))
				if err := os.Rename(path, kept); err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() {
					if err := os.Rename(kept, path); err != nil {
						t.Error(err)
					}
				})
				replace(t, path, data)
			}
		}
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// garbage returns bytes that are neither text nor a number, as of another
// file's blocks.
func garbage(length int) []byte {
	data := make([]byte, length)
	for i := range data {
		data[i] = byte(i*167 + 129)
	}
	return data
}

func loop(t *testing.T, path string, _ []byte) {
	t.Helper()
	if err := os.Symlink(path, path); err != nil {
		t.Fatal(err)
	}
}

func pipe(t *testing.T, path string, _ []byte) {
	t.Helper()
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// Who waits for a writer has one, and then its end.
		if file, err := os.OpenFile(path, os.O_RDWR, 0); err == nil {
			time.Sleep(50 * time.Millisecond)
			_ = file.Close()
		}
	})
}
