package differential

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
)

// links reads the links of a directory, such as those of the namespaces.
func (p process) links(dir string) {
	entries, _ := os.ReadDir(filepath.Join(p.dir, dir))
	for _, entry := range entries {
		target, err := os.Readlink(filepath.Join(p.dir, dir, entry.Name()))
		p.fields[dir+" "+entry.Name()] = fmt.Sprint(target, errorText(err))
	}
}

// places reads where the process is, by path and by device and inode.
func (p process) places() {
	for _, name := range []string{"cwd", "root", "exe"} {
		target, err := os.Readlink(filepath.Join(p.dir, name))
		p.fields[name] = fmt.Sprint(target, errorText(err))
		info, err := os.Stat(filepath.Join(p.dir, name))
		if err != nil {
			p.fields[name+"'s inode"] = err.Error()
			continue
		}
		st := info.Sys().(*syscall.Stat_t)
		p.fields[name+"'s inode"] = fmt.Sprintf("%d:%d", st.Dev, st.Ino)
	}
}

var inode = regexp.MustCompile(`:\[\d+\]`)

// descriptors reads what is open. Pipes and sockets have no name: one is as
// good as another. Whose they are and how they are open is compared.
func (p process) descriptors() {
	entries, _ := os.ReadDir(filepath.Join(p.dir, "fd"))
	p.fields["open descriptors"] = fmt.Sprint(len(entries))
	for _, entry := range entries {
		name := "descriptor " + entry.Name()
		path := filepath.Join(p.dir, "fd", entry.Name())
		target, err := os.Readlink(path)
		p.fields[name] = inode.ReplaceAllString(target, "") + errorText(err)
		if info, err := os.Stat(path); err == nil {
			st := info.Sys().(*syscall.Stat_t)
			p.fields[name+"'s owner and mode"] = fmt.Sprintf("%d:%d %#o, device %#x", st.Uid, st.Gid, st.Mode, st.Rdev)
		}
		for line := range strings.Lines(p.read("fdinfo/" + entry.Name())) {
			if flags, ok := strings.CutPrefix(line, "flags:"); ok {
				p.fields[name+"'s flags"] = strings.TrimSpace(flags)
			}
		}
	}
}

// auxiliary reads what of the auxiliary vector, see getauxval(3), is no
// address.
func (p process) auxiliary() {
	data, err := os.ReadFile(filepath.Join(p.dir, "auxv"))
	if err != nil {
		p.fields["auxv"] = err.Error()
		return
	}
	names := map[uint64]string{6: "page size", 11: "uid", 12: "euid", 13: "gid", 14: "egid", 16: "hwcap", 23: "secure", 26: "hwcap2"}
	for ; len(data) >= 16; data = data[16:] {
		if name, ok := names[binary.NativeEndian.Uint64(data)]; ok {
			p.fields["auxv "+name] = fmt.Sprint(binary.NativeEndian.Uint64(data[8:]))
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
