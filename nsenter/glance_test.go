package nsenter

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

const (
	hostMounts = "22 1 254:0 / / rw - ext4 /dev/vda rw\n" +
		"90 22 0:45 / /run/x/rootfs rw - overlay overlay rw,lowerdir=/a:/b\n" +
		"91 22 0:46 / /run/mnt/my\\040-\\040disk rw - tmpfs tmpfs rw\n"
	containerMounts = "121 96 0:45 / / rw,relatime - overlay overlay rw\n" +
		"122 121 254:0 /var/x/passwd /etc/passwd rw - ext4 /dev/vda rw\n" +
		"123 121 0:77 / /etc rw - fuse.me me rw,user_id=0\n" +
		"124 121 0:78 / /srv rw - tmpfs tmpfs rw\n" +
		"125 121 7:3 / /mnt/loop rw - ext4 /dev/loop3 rw\n" +
		"126 121 0:79 / /opt rw - overlay overlay rw,lowerdir=/etc\n" +
		"127 121 0:80 / /net rw - nfs4 server:/ rw\n"
)

func TestOnlyWhatNobodyElseServesIsLocal(t *testing.T) {
	for id, want := range map[uint64]bool{
		121: true,  // the container's root, which the host has mounted
		122: true,  // a file of the host's disk
		123: false, // served by somebody
		124: true,  // in memory
		125: false, // a device that the host has not mounted may be anything
		126: false, // on top of what somebody serves
		127: false,
		12:  false, // no mount of the container's
		0:   false,
	} {
		if got := isLocal(id, containerMounts, hostMounts); got != want {
			t.Errorf("mount %d: %t", id, got)
		}
	}
	served := hostMounts + "92 22 0:50 / /var/lib/layers rw - fuse.layers layers rw\n"
	if isLocal(121, containerMounts, served) {
		t.Error("the layers of an overlay may be in a file system that somebody serves")
	}
	if !isLocal(122, containerMounts, served) {
		t.Error("a disk is no overlay")
	}
}

// A glance at a child, as if it was a container's.
func TestGlanceReadsWhatIsThere(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may join a mount namespace")
	}
	e, _ := entered(t)
	self, err := proc.Pin(e.child.Pid)
	if err != nil {
		t.Fatal(err)
	}
	defer self.Close()
	own, err := proc.OwnMounts()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("/etc/passwd")
	if err != nil {
		t.Fatal(err)
	}
	texts, err := glance(self, own, []string{"etc/passwd", "etc/no such file"})
	if err == nil && (texts[0] != string(want) || texts[1] != "") {
		t.Errorf("read %q", texts)
	}
	for _, path := range []string{"proc/self/status", "etc", "dev/null"} {
		if texts, err := glance(self, own, []string{path}); !errors.Is(err, errDoubt) {
			t.Errorf("%s was read: %q, %v", path, texts, err)
		}
	}
}

// FuzzMounted: names in a mount table may be a container's.
func FuzzMounted(f *testing.F) {
	f.Add(containerMounts)
	f.Add("1 2 3:4 / / - x\n1 2 - overlay")
	f.Fuzz(func(t *testing.T, table string) {
		m, ok := proc.FindMount(table, "overlay", func(m proc.MountLine) bool { return m.Kind == "overlay" })
		if !ok {
			return
		}
		for line := range strings.Lines(table) {
			if strings.Contains(line, " - overlay") && strings.Contains(line, " "+m.Device) {
				return
			}
		}
		t.Errorf("%+v is no overlay of\n%s", m, table)
	})
}
