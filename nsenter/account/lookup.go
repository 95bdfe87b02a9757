package account

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Identity is who a process runs as.
type Identity struct {
	UID, GID uint32
	Groups   []uint32 // the supplementary ones
	Home     string
	Shell    string
}

// Look-up follows Docker's and containerd's reading of USER[:GROUP]:
//
//   - an all-digit USER is a UID; with an entry in passwd it has that entry's
//     group, home and shell, without one it has group 0
//   - without GROUP, the supplementary groups are those that list USER's name
//   - with GROUP, there are none
//   - an empty USER or GROUP is an error, which Docker takes for root or for none
//   - the primary group is always a supplementary one too: else a set-group-ID
//     program would shed it (CVE-2022-36109)

// Lookup returns the identity that spec, USER[:GROUP], means in the container.
func (f Files) Lookup(spec string) (Identity, error) {
	name, group, hasGroup := strings.Cut(spec, ":")
	if name == "" || hasGroup && group == "" {
		return Identity{}, fmt.Errorf("%q is not USER or USER:GROUP", spec)
	}
	user, err := f.user(name)
	if err != nil {
		return Identity{}, err
	}
	id := Identity{UID: user.UID, GID: user.GID, Home: user.Home, Shell: user.Shell}
	if hasGroup {
		id.GID, err = f.group(group)
		id.Groups = []uint32{id.GID}
		return id, err
	}
	id.Groups = []uint32{id.GID}
	for g := range f.Groups() {
		if g.Has(user.Name) && !slices.Contains(id.Groups, g.GID) {
			id.Groups = append(id.Groups, g.GID)
		}
	}
	return id, nil
}

// ByUID returns the entry for a UID, and whether there is one.
func (f Files) ByUID(uid uint32) (User, bool) {
	return find(f.Users(), func(u User) bool { return u.UID == uid })
}

func (f Files) user(name string) (User, error) {
	if numeric(name) {
		uid, err := ParseID(name)
		if err != nil {
			return User{}, fmt.Errorf("user ID %w", err)
		}
		user, ok := f.ByUID(uid)
		if !ok {
			user = User{UID: uid}
		}
		return user, nil
	}
	user, ok := find(f.Users(), func(u User) bool { return u.Name == name })
	if !ok {
		return User{}, fmt.Errorf("no user %q in the container's /etc/passwd", name)
	}
	return user, nil
}

func (f Files) group(name string) (uint32, error) {
	if numeric(name) {
		gid, err := ParseID(name)
		if err != nil {
			return 0, fmt.Errorf("group ID %w", err)
		}
		return gid, nil
	}
	group, ok := find(f.Groups(), func(g Group) bool { return g.Name == name })
	if !ok {
		return 0, fmt.Errorf("no group %q in the container's /etc/group", name)
	}
	return group.GID, nil
}

// find returns the first entry that matches.
func find[T any](all iter.Seq[T], match func(T) bool) (entry T, ok bool) {
	for e := range all {
		if match(e) {
			return e, true
		}
	}
	return entry, false
}

// numeric reports whether s is meant as a number: a sign or a digit first and
// nothing but digits after it. "-1" and "+1" are numbers out of range then,
// not names that the container's files could define.
func numeric(s string) bool {
	digits := strings.TrimLeft(s, "+-")
	return digits != "" && strings.Trim(digits, "0123456789") == ""
}
