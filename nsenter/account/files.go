package account

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// maxSize bounds a file of accounts, in bytes; containerd's bound is the same.
const maxSize = 10 << 20

// User is an entry of /etc/passwd, see passwd(5).
type User struct {
	Name     string
	UID, GID uint32
	Home     string
	Shell    string
}

// Group is an entry of /etc/group, see group(5).
type Group struct {
	Name    string
	GID     uint32
	Members []string
}

// Files holds what a container's /etc/passwd and /etc/group say. A container
// without them has none.
type Files struct {
	Users  []User
	Groups []Group
}

// Read reads the files below a container's root directory.
func Read(root *os.File) (Files, error) {
	passwd, err := readFile(root, "etc/passwd")
	if err != nil {
		return Files{}, fmt.Errorf("read the container's /etc/passwd: %w", err)
	}
	group, err := readFile(root, "etc/group")
	if err != nil {
		return Files{}, fmt.Errorf("read the container's /etc/group: %w", err)
	}
	return Files{Users: ParseUsers(passwd), Groups: ParseGroups(group)}, nil
}

func readFile(root *os.File, path string) ([]byte, error) {
	f, err := sys.OpenRegularInRoot(root, path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err == nil && len(data) > maxSize {
		err = fmt.Errorf("larger than %d MiB", maxSize>>20)
	}
	return data, err
}

// ParseUsers parses the content of /etc/passwd. As getpwnam(3) does, it skips
// comments and lines that are not entries.
func ParseUsers(data []byte) []User {
	var users []User
	for fields := range entries(data, 7) {
		uid, err1 := ParseID(fields[2])
		gid, err2 := ParseID(fields[3])
		if err1 == nil && err2 == nil {
			users = append(users, User{Name: fields[0], UID: uid, GID: gid, Home: fields[5], Shell: fields[6]})
		}
	}
	return users
}

// ParseGroups parses the content of /etc/group.
func ParseGroups(data []byte) []Group {
	var groups []Group
	for fields := range entries(data, 4) {
		gid, err := ParseID(fields[2])
		if err != nil {
			continue
		}
		g := Group{Name: fields[0], GID: gid}
		if fields[3] != "" {
			g.Members = strings.Split(fields[3], ",")
		}
		groups = append(groups, g)
	}
	return groups
}

// entries yields the fields of each line, filled up to n.
func entries(data []byte, n int) func(func([]string) bool) {
	return func(yield func([]string) bool) {
		lines := bufio.NewScanner(bytes.NewReader(data))
		lines.Buffer(nil, maxSize)
		for lines.Scan() {
			line := strings.TrimSpace(lines.Text())
			if line == "" || line[0] == '#' {
				continue
			}
			fields := strings.Split(line, ":")
			for len(fields) < n {
				fields = append(fields, "")
			}
			if fields[0] != "" && !yield(fields) {
				return
			}
		}
	}
}

// ParseID parses a user or group ID: decimal digits for a number that fits 32
// bits and is not the one that means "no change" to setresuid(2).
func ParseID(s string) (uint32, error) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	id, err := strconv.ParseUint(s, 10, 32)
	if err != nil || id == 1<<32-1 {
		return 0, fmt.Errorf("%s is not between 0 and %d", s, uint32(1<<32-2))
	}
	return uint32(id), nil
}
