package proc

import (
	"fmt"
	"strings"
)

// Namespace is one of the eight kinds of namespace that a process is in, see
// namespaces(7).
type Namespace int

// The kinds of namespace, in the order in which /proc/PID/ns lists them.
const (
	Cgroup Namespace = iota
	IPC
	Mount
	Net
	PID
	Time
	User
	UTS
)

// Kinds lists every kind of namespace, in the order of /proc/PID/ns.
func Kinds() []Namespace {
	return []Namespace{Cgroup, IPC, Mount, Net, PID, Time, User, UTS}
}

var (
	namespaceNames = [...]string{"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"}
	// The CLONE_NEW* bits of linux/sched.h.
	namespaceFlags = [...]int{0x02000000, 0x08000000, 0x00020000, 0x40000000, 0x20000000, 0x00000080, 0x10000000, 0x04000000}
)

// String returns the name of the kind's link in /proc/PID/ns.
func (n Namespace) String() string { return namespaceNames[n] }

// Flag returns the kind's CLONE_NEW* bit, as setns(2) takes it.
func (n Namespace) Flag() int { return namespaceFlags[n] }

// ParseNamespace returns the kind that name names: the name of its link in
// /proc/PID/ns, or "mount" or "network" as the OCI runtime spec spells them.
func ParseNamespace(name string) (Namespace, error) {
	switch name {
	case "mount":
		return Mount, nil
	case "network":
		return Net, nil
	}
	for _, n := range Kinds() {
		if n.String() == name {
			return n, nil
		}
	}
	return 0, fmt.Errorf("unknown namespace %q: it is one of %s", name, strings.Join(namespaceNames[:], ", "))
}

// ID identifies one namespace among all: the device and inode of its file in
// nsfs, see ioctl_ns(2). The zero ID stands for a kind that the kernel does
// not have.
type ID struct {
	Dev, Ino uint64
}

// IsInitialUsers reports whether a user namespace is the one that the kernel has
// from its start, whose inode is the same on all (PROC_USER_INIT_INO of
// linux/proc_ns.h).
func (id ID) IsInitialUsers() bool { return id.Ino == 0xEFFFFFFD }

// Namespaces holds the ID of each of a process's namespaces, indexed by kind.
type Namespaces [8]ID

// Differ lists the kinds in which a and b are in different namespaces.
func (a Namespaces) Differ(b Namespaces) []Namespace {
	var kinds []Namespace
	for _, n := range Kinds() {
		if a[n] != b[n] {
			kinds = append(kinds, n)
		}
	}
	return kinds
}

// Link returns what readlink(2) of /proc/PID/ns/KIND prints for the namespace.
func (a Namespaces) Link(n Namespace) string {
	return fmt.Sprintf("%s:[%d]", n, a[n].Ino)
}
