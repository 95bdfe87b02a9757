package account

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
)

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
	Members string // their names, with a comma between
}

// Has reports whether the group lists a user as a member.
func (g Group) Has(user string) bool {
	for member := range strings.SplitSeq(g.Members, ",") {
		if member == user {
			return user != ""
		}
	}
	return false
}

// Files holds what a container's /etc/passwd and /etc/group say. A container
// without them has none. The text is kept and read anew for each look-up: a
// list of its entries would take many times the memory.
type Files struct{ passwdText, groupText string }

// New returns the files with the given content.
func New(passwd, group string) Files { return Files{passwdText: passwd, groupText: group} }

// Users yields the entries of /etc/passwd. As getpwnam(3) does, it skips
// comments and lines that are not entries.
func (f Files) Users() iter.Seq[User] {
	return func(yield func(User) bool) {
		for e := range entries(f.passwdText) {
			uid, ok1 := parseID(e[2])
			gid, ok2 := parseID(e[3])
			if ok1 && ok2 && !yield(User{Name: e[0], UID: uid, GID: gid, Home: e[5], Shell: e[6]}) {
				return
			}
		}
	}
}

// Groups yields the entries of /etc/group.
func (f Files) Groups() iter.Seq[Group] {
	return func(yield func(Group) bool) {
		for e := range entries(f.groupText) {
			gid, ok := parseID(e[2])
			if ok && !yield(Group{Name: e[0], GID: gid, Members: e[3]}) {
				return
			}
		}
	}
}

// entry is the fields of a line; those that it does not have are empty.
type entry [7]string

// entries yields the lines that begin with a name.
func entries(text string) iter.Seq[entry] {
	return func(yield func(entry) bool) {
		for line := range strings.SplitSeq(text, "\n") {
			line = strings.TrimSpace(line)
			if line == "" || line[0] == '#' {
				continue
			}
			var e entry
			for i, more := 0, true; more && i < len(e); i++ {
				e[i], line, more = strings.Cut(line, ":")
			}
			if e[0] != "" && !yield(e) {
				return
			}
		}
	}
}

// ParseID parses a user or group ID: decimal digits for a number that fits 32
// bits and is not the one that means "no change" to setresuid(2).
func ParseID(s string) (uint32, error) {
	id, ok := parseID(s)
	switch {
	case ok:
		return id, nil
	case !digits(s):
		return 0, fmt.Errorf("%q is not a number", s)
	}
	return 0, fmt.Errorf("%s is not between 0 and %d", s, uint32(1<<32-2))
}

// parseID is ParseID without words, of which a file can ask for millions.
func parseID(s string) (uint32, bool) {
	if !digits(s) {
		return 0, false
	}
	id, err := strconv.ParseUint(s, 10, 32)
	return uint32(id), err == nil && id != 1<<32-1
}

func digits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}
