package proc_test

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

func fd(f *os.File) string { return strconv.Itoa(int(f.Fd())) }

func TestNamespacesAreThoseThatTheirLinksShow(t *testing.T) {
	got, err := pin(t, os.Getpid()).Namespaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range proc.Kinds() {
		want, err := os.Readlink("/proc/self/ns/" + n.String())
		if errors.Is(err, os.ErrNotExist) {
			continue // the kernel does not have this kind
		}
		if err != nil || got.Link(n) != want || got[n].Dev == 0 {
			t.Errorf("%s and not %s, %v", got.Link(n), want, err)
		}
	}
	children, err := pin(t, os.Getpid()).NamespacesForChildren()
	if err != nil || children != got {
		t.Errorf("for children %v, %v", children, err)
	}
}

func TestNamespacesDifferByDeviceToo(t *testing.T) {
	var a, b proc.Namespaces
	for i := range a {
		a[i] = proc.ID{Dev: 4, Ino: uint64(i)}
	}
	b = a
	b[proc.Net].Ino = 99
	b[proc.UTS].Dev = 5
	if got := a.Differ(b); !slices.Equal(got, []proc.Namespace{proc.Net, proc.UTS}) {
		t.Errorf("%v", got)
	}
	if got := a.Differ(a); got != nil {
		t.Errorf("it differs from itself in %v", got)
	}
}

// The numbers are the kernel's ABI: a wrong one joins another kind.
func TestKindsHaveTheKernelsNamesAndBits(t *testing.T) {
	for name, flag := range map[string]int{
		"cgroup": 0x02000000, "ipc": 0x08000000, "mnt": 0x00020000, "mount": 0x00020000, "net": 0x40000000,
		"network": 0x40000000, "pid": 0x20000000, "time": 0x00000080, "user": 0x10000000, "uts": 0x04000000,
	} {
		n, err := proc.ParseNamespace(name)
		if err != nil || n.Flag() != flag {
			t.Errorf("%s: %#x, %v", name, n.Flag(), err)
		}
	}
	for _, name := range []string{"", "NET", "all", "net ", "pid_for_children"} {
		if n, err := proc.ParseNamespace(name); err == nil {
			t.Errorf("%q is taken for %s", name, n)
		}
	}
}
