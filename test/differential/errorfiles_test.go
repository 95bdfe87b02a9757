package differential

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// writeErrors writes the files that cannot be executed.
func writeErrors(t *testing.T, root string) {
	t.Helper()
	var machine bytes.Buffer
	_ = binary.Write(&machine, binary.NativeEndian, elf.Header64{
		Ident: [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_EXEC), Machine: uint16(elf.EM_S390), Version: uint32(elf.EV_CURRENT), Ehsize: 64, Phentsize: 56,
	})
	for name, content := range map[string]string{
		"text": "echo hello\n", "empty": "", "machine": machine.String(), "interpreter": "#!/no/such/interpreter\n",
		"windows": "#!/bin/sh\r\nexit 0\r\n", "tmp": "#!/tmp\n", "itself": "#!/errors/itself\n", "busy": "#!/bin/sh\n",
	} {
		testbed.WriteFile(t, filepath.Join(root, "errors", name), content, 0o755)
	}
	testbed.WriteFile(t, filepath.Join(root, "errors/root-only"), "#!/bin/sh\n", 0o700)
	testbed.WriteFile(t, filepath.Join(root, "secret/command"), "#!/bin/sh\n", 0o755)
	if err := os.MkdirAll(filepath.Join(root, "errors/bin/directory"), 0o755); err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{"circle": "circle", "nowhere": "/no/where"} {
		if err := os.Symlink(to, filepath.Join(root, "errors", from)); err != nil {
			t.Fatal(err)
		}
	}
}
