package plan_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

func TestUserIsTheContainersUnlessNamed(t *testing.T) {
	spec := dockerSpec()
	spec.Process.User.UID, spec.Process.User.GID = 33, 34
	spec.Process.User.AdditionalGids = []uint32{34, 35}
	p := decide(t, dockerFacts(), spec, plan.Request{})
	if p.UID != 33 || p.GID != 34 {
		t.Errorf("%d:%d", p.UID, p.GID)
	}
	sameList(t, "groups", p.Groups, []uint32{34, 35})
}

// The groups of the container's own user are not the named user's, those that the
// container was given are: some take permission away and some give it
// (CVE-2023-25173).
func TestNamedUserHasTheGroupsOfTheContainersFiles(t *testing.T) {
	spec := dockerSpec()
	spec.Process.User.AdditionalGids = []uint32{0, 31, 35}
	for user, want := range map[string]struct {
		uid, gid uint32
		in       []uint32
	}{
		"app": {1000, 1001, []uint32{29, 35}}, "1000": {1000, 1001, []uint32{29, 35}}, "1000:5": {1000, 5, []uint32{35}},
		"app:audio": {1000, 29, []uint32{35}}, "77": {77, 0, []uint32{35}}, "77:78": {77, 78, []uint32{35}},
		"0": {0, 0, []uint32{31, 35}}, "root": {0, 0, []uint32{31, 35}}, "77:35": {77, 35, nil},
	} {
		p := decide(t, dockerFacts(), spec, plan.Request{User: user})
		if p.UID != want.uid || p.GID != want.gid {
			t.Errorf("%s: %d:%d", user, p.UID, p.GID)
		}
		rest := slices.DeleteFunc(slices.Clone(p.Groups), func(g uint32) bool { return g == p.GID })
		sameList(t, "supplementary groups of "+user, rest, want.in)
	}
}

func TestUserThatCannotBeHadIsAnError(t *testing.T) {
	for _, user := range []string{
		"nobody", "app:nogroup", "4294967295", "4294967296", "99999999999", "-1", "+0", "0x0", " 1", "1:", ":1", "1:-1",
	} {
		_, err := plan.Decide(dockerFacts(), dockerSpec(), plan.Request{User: user, Args: []string{"true"}})
		var userErr *plan.UserError
		if !errors.As(err, &userErr) || userErr.User != user {
			t.Errorf("%q: %v", user, err)
		}
	}
}

func TestIDThatTheUserNamespaceLacksIsRefused(t *testing.T) {
	f := withUserNamespace(dockerFacts())
	for user, ok := range map[string]bool{
		"0": true, "65535:65535": true, "65536": false, "1:65536": false, "100000": false, "4294967294": false,
	} {
		_, err := plan.Decide(f, dockerSpec(), plan.Request{User: user, Args: []string{"true"}})
		var userErr *plan.UserError
		if ok != (err == nil) || err != nil && !errors.As(err, &userErr) {
			t.Errorf("%s: %v", user, err)
		}
	}
	spec := dockerSpec()
	spec.Process.User.UID = 70000
	if _, err := plan.Decide(f, spec, plan.Request{Args: []string{"true"}}); err == nil {
		t.Error("the spec's 70000 is not refused")
	}
}

// Where setgroups(2) is denied the groups stay those of init; asking for
// others would fail, or shed one that takes permission away.
func TestGroupsAreKeptWhereSetgroupsIsDenied(t *testing.T) {
	f := withUserNamespace(dockerFacts())
	f.SetgroupsDenied = true
	p := decide(t, f, dockerSpec(), plan.Request{User: "app"})
	if !p.KeepGroups || len(p.Groups) != 0 {
		t.Errorf("keep %t, groups %v", p.KeepGroups, p.Groups)
	}
	f = dockerFacts() // in the caller's own user namespace it says nothing about the container
	f.SetgroupsDenied = true
	if p := decide(t, f, dockerSpec(), plan.Request{User: "app"}); p.KeepGroups || len(p.Groups) == 0 {
		t.Errorf("shared user namespace: keep %t, groups %v", p.KeepGroups, p.Groups)
	}
}
