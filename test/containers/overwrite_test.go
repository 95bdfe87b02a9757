package containers

import (
	"crypto/sha256"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// attack looks for processes whose program is not the container's own, holds
// that program and writes to it until after the process has ended, as in
// CVE-2019-5736. It says in /tmp/log what it saw.
const attack = `
overwrite() {
	exec 3<$1/exe || exit
	readlink $1/exe >>/tmp/log
	for n in 1 2 3 4 5 6 7 8 9 10; do
		echo pwned 2>/dev/null >/proc/self/fd/3 && echo written >>/tmp/log
		sleep 0.01
	done
}
while :; do
	for p in /proc/[0-9]*; do
		case "$(readlink $p/exe 2>/dev/null)" in */busybox|'') ;; *) (overwrite $p) 2>/dev/null & ;; esac
	done
done`

// trap is a program whose interpreter is the program that executes it.
const trap = "#!/proc/self/exe\n"

// TestOverwrite: a container cannot write to the host's sidestep through the
// processes that enter it.
func TestOverwrite(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		rootfs := bed.Rootfs(t)
		testbed.WriteFile(t, rootfs+"/trap", trap, 0o755)
		c := bed.Run(t, testbed.Container{
			Rootfs: rootfs, Args: []string{"/bin/sh", "-c", attack},
			Spec: func(s *specs.Spec) {
				caps := s.Process.Capabilities
				for _, set := range []*[]string{&caps.Bounding, &caps.Permitted, &caps.Effective} {
					*set = append(*set, "CAP_SYS_PTRACE")
				}
			},
		})
		before := hashOf(t, testbed.Binary(t))
		var seen string
		for n := 0; n < 100 || n < 2000 && !strings.Contains(seen, "memfd"); n++ {
			bed.Sidestep(t, "exec", c.ID, "/trap")
			bed.Sidestep(t, "exec", c.ID, "/bin/true")
			log, _ := os.ReadFile(c.Path("tmp/log"))
			seen = string(log)
		}
		time.Sleep(200 * time.Millisecond) // what is held is written to afterwards
		if hashOf(t, testbed.Binary(t)) != before {
			t.Error("the container has overwritten sidestep")
		}
		if !strings.Contains(seen, "memfd") || strings.Contains(seen, "written") || strings.Contains(seen, "ss-") {
			t.Errorf("the container saw, and did: %s", seen)
		}
	})
}

func hashOf(t *testing.T, file string) [sha256.Size]byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(data)
}

// TestOwnProgram: /proc/self/exe of the process that becomes the command is
// not the host's sidestep.
func TestOwnProgram(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		rootfs := bed.Rootfs(t)
		testbed.WriteFile(t, rootfs+"/trap", trap, 0o755)
		c := bed.Run(t, testbed.Container{Rootfs: rootfs})
		if r := bed.Sidestep(t, "exec", c.ID, "/trap", "version"); r.Code == 0 {
			t.Errorf("sidestep runs inside the container: %+v", r)
		}
	})
}
