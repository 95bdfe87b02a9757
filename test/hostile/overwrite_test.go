package hostile

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// trap is a program whose interpreter is the program that executes it.
const trap = "#!/proc/self/exe\n"

// TestOverwrite: CVE-2019-5736. A container cannot write to the host's sidestep
// through the processes that enter it, and what they run is no view of that file.
func TestOverwrite(t *testing.T) {
	s := newStage(t)
	rootfs := s.rootfs(t)
	setTraps(t, rootfs)
	c := s.Run(t, testbed.Container{Rootfs: rootfs, Args: []string{attackerPath, "watch", "/log"}, Spec: capable("CAP_SYS_PTRACE")})
	before := hashOf(t, testbed.Binary(t))
	var seen string
	for n := 0; n < 3 || n < 40 && !strings.Contains(seen, "memfd"); n++ {
		for _, name := range traps {
			s.Sidestep(t, "exec", c.ID, name)
		}
		testbed.Run(t, s.slowly("setsid", "exec", c.ID, "/bin/true"))
		data, _ := os.ReadFile(c.Path("log"))
		seen = string(data)
	}
	time.Sleep(200 * time.Millisecond) // what is held is written to afterwards
	data, _ := os.ReadFile(c.Path("log"))
	if hashOf(t, testbed.Binary(t)) != before {
		t.Error("the container has overwritten sidestep")
	}
	if !strings.Contains(string(data), "exe /memfd:sidestep") {
		t.Errorf("it saw too little for a test: %q", data)
	}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "written") || strings.HasPrefix(line, "exe ") && !strings.HasPrefix(line, "exe /memfd:sidestep") {
			t.Errorf("it saw, and did: %s", line)
		}
	}
}

// traps are programs that lead whoever executes them to its own program.
var traps = []string{"/script", "/link", "/linked-script", "/loader", "/proc/self/exe"}

func setTraps(t *testing.T, rootfs string) {
	t.Helper()
	testbed.WriteFile(t, filepath.Join(rootfs, "script"), trap, 0o755)
	testbed.WriteFile(t, filepath.Join(rootfs, "linked-script"), "#!/link\n", 0o755)
	testbed.WriteFile(t, filepath.Join(rootfs, "loader"), loadedBy("/proc/self/exe"), 0o755)
	if err := os.Symlink("/proc/self/exe", filepath.Join(rootfs, "link")); err != nil {
		t.Fatal(err)
	}
}

// loadedBy returns a dynamic executable with this dynamic loader.
func loadedBy(loader string) string {
	const headers = 64 + 56
	var file bytes.Buffer
	machine := elf.EM_X86_64
	if runtime.GOARCH == "arm64" {
		machine = elf.EM_AARCH64
	}
	_ = binary.Write(&file, binary.NativeEndian, elf.Header64{
		Ident: [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_DYN), Machine: uint16(machine), Version: uint32(elf.EV_CURRENT), Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 1,
	})
	_ = binary.Write(&file, binary.NativeEndian, elf.Prog64{
		Type: uint32(elf.PT_INTERP), Off: headers, Filesz: uint64(len(loader) + 1), Memsz: uint64(len(loader) + 1), Align: 1,
	})
	return file.String() + loader + "\x00"
}

func hashOf(t *testing.T, file string) [sha256.Size]byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(data)
}

// TestOwnProgram: no trap leads to the host's sidestep.
func TestOwnProgram(t *testing.T) {
	s := newStage(t)
	rootfs := s.rootfs(t)
	setTraps(t, rootfs)
	c := s.Run(t, testbed.Container{Rootfs: rootfs})
	for _, name := range traps {
		if r := s.Sidestep(t, "exec", c.ID, name, "version"); r.Code == 0 || strings.Contains(r.Stdout, "version") {
			t.Errorf("%s: sidestep runs inside the container: %+v", name, r)
		}
	}
}
