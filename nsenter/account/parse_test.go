package account_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/account"
)

func TestEntriesAsImagesHaveThem(t *testing.T) {
	app := account.User{Name: "app", UID: 1000, GID: 1001, Home: "/home/app", Shell: "/bin/sh"}
	for name, c := range map[string]struct {
		data string
		want account.User
	}{
		"a line":               {"app:x:1000:1001:App,,,:/home/app:/bin/sh\n", app},
		"no newline at end":    {"app:x:1000:1001::/home/app:/bin/sh", app},
		"CRLF":                 {"app:x:1000:1001::/home/app:/bin/sh\r\n", app},
		"CR at the end":        {"app:x:1000:1001::/home/app:/bin/sh\r", app},
		"comment before":       {"#app:x:0:0::/:/bin/sh\n\n  \napp:x:1000:1001::/home/app:/bin/sh\n", app},
		"more fields":          {"app:x:1000:1001::/home/app:/bin/sh:more:more\n", app},
		"damaged line before":  {"app\napp:x\napp:x:0\napp:x:0:\napp:x:x:0::/:\napp:x:1000:1001::/home/app:/bin/sh\n", app},
		"no ID is taken for 0": {"app:x::1001::/:\napp:x:-1:0::/:\napp:x:4294967296:0::/:\napp:x:1000:1001::/home/app:/bin/sh\n", app},
		"no home and no shell": {"app:x:1000:1001", account.User{Name: "app", UID: 1000, GID: 1001}},
	} {
		if got := usersOf(files(c.data, "")); !reflect.DeepEqual(got, []account.User{c.want}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestGroupsAsImagesHaveThem(t *testing.T) {
	data := "a:x:1:\r\nb:x:2:u\r\nc:x:3:u,v\nd:x:-1:u\ne:x:4294967296:u\nf:x::u\ng::5\n# h:x:6:u\n:x:7:u\ni:x:8:u"
	want := []account.Group{
		{Name: "a", GID: 1}, {Name: "b", GID: 2, Members: "u"}, {Name: "c", GID: 3, Members: "u,v"},
		{Name: "g", GID: 5}, {Name: "i", GID: 8, Members: "u"},
	}
	if got := groupsOf(files("", data)); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestMemberIsAWholeName(t *testing.T) {
	g := account.Group{Members: "app,,somebody"}
	for name, want := range map[string]bool{"app": true, "somebody": true, "some": false, "body": false, "": false, "app,": false} {
		if g.Has(name) != want {
			t.Errorf("%q: %t", name, !want)
		}
	}
}

// A group of a directory service may have members by the thousand.
func TestLongLineIsReadWhole(t *testing.T) {
	members := strings.Repeat("somebody,", 300_000) + "app"
	got := groupsOf(files("", "many:x:10:"+members+"\nlast:x:11:app\n"))
	if len(got) != 2 || got[0].Members != members || got[1].GID != 11 {
		t.Errorf("%d groups", len(got))
	}
}

func TestFirstEntryOfANameOrNumberCounts(t *testing.T) {
	f := files("app:x:1:1::/a:/a\napp:x:2:2::/b:/b\nother:x:1:3::/c:/c\n", "g:x:5:\ng:x:6:\n")
	if id, err := f.Lookup("app:g"); err != nil || id.UID != 1 || id.GID != 5 {
		t.Errorf("%+v, %v", id, err)
	}
	if user, ok := f.ByUID(1); !ok || user.Name != "app" {
		t.Errorf("UID 1 is %+v, %t", user, ok)
	}
	if user, ok := f.ByUID(3); ok {
		t.Errorf("UID 3 is %+v", user)
	}
}
