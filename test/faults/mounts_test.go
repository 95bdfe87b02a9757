package faults

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// eachDir mounts something over each of the directories that have a victim's
// state.
func eachDir(mount func(t *testing.T, dir string)) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		for _, v := range w.victims {
			for _, dir := range []string{v.bundle(), v.runcState()} {
				mount(t, dir)
			}
		}
	}
}

func mountEmpty(t *testing.T, dir string) {
	t.Helper()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "mode=700"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unmount(t, dir) })
}

// mountHanging mounts a file system whose server does not answer, as that of
// a network that is gone: whoever looks waits until it is killed. It is one of
// fuse(4), and this process is its server; it ends with it.
func mountHanging(t *testing.T, dir string) {
	t.Helper()
	server, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unmount(t, dir) })
	t.Cleanup(func() { _ = server.Close() }) // before it: ends the waits
	if err := unix.Mount("hanging", dir, "fuse", 0, fmt.Sprintf("fd=%d,rootmode=40700,user_id=0,group_id=0", server.Fd())); err != nil {
		t.Fatal(err)
	}
}

func unmount(t *testing.T, dir string) {
	t.Helper()
	if err := unix.Unmount(dir, unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW); err != nil {
		t.Errorf("unmount %s: %v", dir, err)
	}
}
