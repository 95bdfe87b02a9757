package account_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/account"
)

// hostile is the passwd of an image whose names look like numbers, so that a
// number out of range would find root (CVE-2026-46680).
const hostile = `root:x:0:0:root:/root:/bin/sh
4294967296:x:0:0::/:/bin/sh
99999999999:x:0:0::/:/bin/sh
4294967295:x:0:0::/:/bin/sh
-1:x:0:0::/:/bin/sh
+0:x:0:0::/:/bin/sh
1:x:0:0::/:/bin/sh
00:x:1234:1234::/:/bin/sh
:x:0:0::/:/bin/sh
app:x:1000:1000:App:/home/app:/bin/ash
`

func files(passwd, group string) account.Files { return account.New(passwd, group) }

func usersOf(f account.Files) []account.User { return slices.Collect(f.Users()) }

func groupsOf(f account.Files) []account.Group { return slices.Collect(f.Groups()) }

func TestNumberIsThatIDAndNothingElse(t *testing.T) {
	f := files(hostile, "wheel:x:0:\n2:x:0:\n4294967296:x:0:\n-1:x:0:\n")
	for spec, want := range map[string][2]uint32{
		"0": {0, 0}, "1": {1, 0}, "1:2": {1, 2}, "1:1": {1, 1}, "0:5": {0, 5}, "007": {7, 0}, "00": {0, 0},
		"2147483648": {2147483648, 0}, "4294967294": {4294967294, 0}, "1:4294967294": {1, 4294967294},
		"1000": {1000, 1000}, "app": {1000, 1000}, "app:7": {1000, 7}, "app:wheel": {1000, 0}, "1000:0": {1000, 0},
	} {
		id, err := f.Lookup(spec)
		if err != nil || [2]uint32{id.UID, id.GID} != want {
			t.Errorf("%q is %d:%d, %v", spec, id.UID, id.GID, err)
		}
	}
}

func TestWhatIsNoIDIsAnErrorAndNeverRoot(t *testing.T) {
	f := files(hostile, "4294967296:x:0:\n4294967295:x:0:\n99999999999:x:0:\n-1:x:0:\n+0:x:0:\n:x:0:\n")
	for _, x := range []string{
		"-1", "+0", "-0", "0x0", " 1", "1 ", "4294967295", "4294967296", "99999999999", "18446744073709551616",
		"1e0", "1_0", "0b0", "٠", "nobody", "APP", "+", "-", "root\x00", "root\n",
	} {
		if id, err := f.Lookup(x); err == nil {
			t.Errorf("user %q is %d:%d", x, id.UID, id.GID)
		}
		if id, err := f.Lookup("app:" + x); err == nil {
			t.Errorf("group %q is %d", x, id.GID)
		}
	}
	for _, spec := range []string{"", ":", ":1", "1:", "app:", ":wheel", "1:2:3", "app:wheel:x", "::"} {
		if id, err := f.Lookup(spec); err == nil {
			t.Errorf("%q is %d:%d", spec, id.UID, id.GID)
		}
	}
}

func TestUserGetsTheHomeAndShellOfItsEntry(t *testing.T) {
	for _, spec := range []string{"app", "1000", "app:7"} {
		id, err := files(hostile, "").Lookup(spec)
		if err != nil || id.Home != "/home/app" || id.Shell != "/bin/ash" {
			t.Errorf("%s: %+v, %v", spec, id, err)
		}
	}
	if id, err := files(hostile, "").Lookup("77"); err != nil || id.Home != "" || id.Shell != "" {
		t.Errorf("without an entry: %+v, %v", id, err)
	}
}

// The groups that list the user are all found, also by the user's number.
func TestUserIsInTheGroupsThatListItsName(t *testing.T) {
	group := "app:x:1000:\naudio:x:29:other,app\nvideo:x:44:app\nagain:x:29:app\nappx:x:45:appx\nempty:x:46:\n"
	for _, spec := range []string{"app", "1000"} {
		id, err := files(hostile, group).Lookup(spec)
		if err != nil || !reflect.DeepEqual(without(id.Groups, 1000), []uint32{29, 44}) {
			t.Errorf("%s: groups %v, %v", spec, id.Groups, err)
		}
	}
	if id, err := files(hostile, group).Lookup("app:video"); err != nil || len(without(id.Groups, 44)) != 0 {
		t.Errorf("with a group of its own: groups %v, %v", id.Groups, err)
	}
	if id, err := files("", ":x:5:,\n").Lookup("1000"); err != nil || len(without(id.Groups, 0)) != 0 {
		t.Errorf("without an entry: groups %v, %v", id.Groups, err)
	}
}

// A process whose primary group is not among the supplementary ones sheds it
// by a set-group-ID program, and with it what the group may not
// (CVE-2022-36109, CVE-2023-25173): moby and containerd always add it.
func TestPrimaryGroupIsASupplementaryOneToo(t *testing.T) {
	f := files(hostile, "app:x:1000:\naudio:x:29:app\n")
	for spec, want := range map[string][]uint32{
		"app": {1000, 29}, "1000": {1000, 29}, "app:audio": {29}, "77": {0}, "77:5": {5},
	} {
		id, err := f.Lookup(spec)
		if err != nil || !reflect.DeepEqual(id.Groups, want) {
			t.Errorf("%s: groups %v, not %v; %v", spec, id.Groups, want, err)
		}
	}
}

func without(groups []uint32, primary uint32) []uint32 {
	var rest []uint32
	for _, g := range groups {
		if g != primary {
			rest = append(rest, g)
		}
	}
	return rest
}
