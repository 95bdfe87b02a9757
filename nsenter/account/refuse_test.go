package account_test

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
)

// A file of accounts that is none would hold sidestep up or fill its memory
// (containerd 5a91c9958).
func TestFileThatIsNoneIsRefusedAndNotOpened(t *testing.T) {
	for name, set := range map[string]func(image, string){
		"FIFO":         func(i image, f string) { i.must(syscall.Mkfifo(i.path(f), 0o644)) },
		"link to FIFO": func(i image, f string) { i.must(syscall.Mkfifo(i.path("fifo"), 0o644)); i.link("/fifo", f) },
		"directory":    func(i image, f string) { i.must(os.Mkdir(i.path(f), 0o755)) },
		"loop":         func(i image, f string) { i.link("/"+f, f) },
		"socket": func(i image, f string) {
			fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
			i.must(err)
			defer syscall.Close(fd)
			t.Chdir(i.root) // the name of a socket is short
			i.must(syscall.Bind(fd, &syscall.SockaddrUnix{Name: f}))
		},
		"41 links": func(i image, f string) {
			i.write("end", outsider)
			next := "end"
			for n := range 40 {
				i.link("/"+next, fmt.Sprintf("link%d", n))
				next = fmt.Sprintf("link%d", n)
			}
			i.link("/"+next, f)
		},
		"11 MiB": func(i image, f string) { i.write(f, strings.Repeat("a:x:1:1::/:/\n", 11<<20/13+1)) },
		"5 GiB of nothing": func(i image, f string) {
			i.write(f, outsider)
			i.must(os.Truncate(i.path(f), 5<<30))
		},
	} {
		for _, file := range []string{"etc/passwd", "etc/group"} {
			i := newImage(t)
			set(i, file)
			if files, err := i.read(); err == nil || !strings.Contains(err.Error(), file) {
				t.Errorf("%s at %s: %d users, %v", name, file, len(usersOf(files)), err)
			}
		}
	}
}
