package account_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/account"
)

// FuzzLookup: whoever writes the files and whatever the user types, an ID is
// either the number that was typed or that of the entry that was named.
func FuzzLookup(f *testing.F) {
	f.Add(hostile, "wheel:x:0:app\n", "app:wheel")
	f.Add(hostile, "2:x:0:\n", "1:2")
	f.Add("+0:x:0:0::/:/\n", "", "+0")
	f.Add("a b:x:1:2::/:/\r\n", "", "a b")
	f.Fuzz(func(t *testing.T, passwd, group, spec string) {
		files := account.New(passwd, group)
		id, err := files.Lookup(spec)
		if err != nil {
			return
		}
		user, groupName, hasGroup := strings.Cut(spec, ":")
		named := slices.ContainsFunc(usersOf(files), func(u account.User) bool { return u.Name == user && u.UID == id.UID })
		if !isNumber(user, id.UID) && !named {
			t.Errorf("user %q is %d", user, id.UID)
		}
		if hasGroup {
			named := slices.ContainsFunc(groupsOf(files), func(g account.Group) bool { return g.Name == groupName && g.GID == id.GID })
			if !isNumber(groupName, id.GID) && !named {
				t.Errorf("group %q is %d", groupName, id.GID)
			}
		}
		if id.UID == 1<<32-1 || id.GID == 1<<32-1 || slices.Contains(id.Groups, 1<<32-1) {
			t.Errorf("%q is %+v", spec, id)
		}
		if strings.Trim(user, "0123456789") == "" && !isNumber(user, id.UID) {
			t.Errorf("the number %q is %d", user, id.UID)
		}
	})
}

func FuzzParseUsers(f *testing.F) {
	f.Add([]byte(hostile))
	f.Add([]byte("app:x:1000:1000::/:/bin/sh\r\n#x:x:0:0\n::::::\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, u := range usersOf(account.New(string(data), "")) {
			if u.Name == "" || strings.ContainsAny(u.Name+u.Home+u.Shell, ":\n") {
				t.Errorf("%+v", u)
			}
			if !strings.Contains(string(data), u.Name+":") {
				t.Errorf("%q is not in the file", u.Name)
			}
		}
	})
}

func FuzzParseGroups(f *testing.F) {
	f.Add([]byte("wheel:x:0:root,app\nempty:x:1:\n,:x:2:,,\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, g := range groupsOf(account.New("", string(data))) {
			if g.Name == "" || strings.ContainsAny(g.Name+g.Members, ":\n") {
				t.Errorf("%+v", g)
			}
		}
	})
}

func isNumber(s string, id uint32) bool {
	n, err := strconv.ParseUint(s, 10, 64)
	return err == nil && n == uint64(id)
}
