package nsenter

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// planned is a plan and the status of a process that it was carried out for.
func planned() (*plan.Plan, proc.Status) {
	caps := proc.Capabilities{Bounding: 0xa80425fb, Permitted: 0xa80425fb, Effective: 0xa80425fb, Inheritable: 2, Ambient: 2}
	p := &plan.Plan{UID: 33, GID: 34, Groups: []uint32{50, 40}, Caps: caps, Filters: 1}
	return p, proc.Status{
		UID: [4]uint32{33, 33, 33, 33}, GID: [4]uint32{34, 34, 34, 34}, Groups: []uint32{40, 50}, Caps: caps,
		SeccompMode: proc.SeccompFilter, SeccompFilters: 1,
	}
}

func TestProcessThatIsAsPlannedGoesOn(t *testing.T) {
	for name, change := range map[string]func(*plan.Plan, *proc.Status){
		"docker":           func(*plan.Plan, *proc.Status) {},
		"no_new_privs":     func(p *plan.Plan, s *proc.Status) { p.NoNewPrivs, s.NoNewPrivs = true, true },
		"filters later":    func(p *plan.Plan, s *proc.Status) { p.NoNewPrivs, s.NoNewPrivs, s.SeccompMode = true, true, 0 },
		"no filters":       func(p *plan.Plan, s *proc.Status) { p.Filters, s.SeccompMode = 0, 0 },
		"groups are kept":  func(p *plan.Plan, s *proc.Status) { p.KeepGroups, p.Groups = true, nil },
		"no groups at all": func(p *plan.Plan, s *proc.Status) { p.Groups, s.Groups = nil, []uint32{} },
		"user namespace": func(p *plan.Plan, s *proc.Status) {
			p.UIDs, p.GIDs = proc.IDMap{{Outside: 100000, Count: 65536}}, proc.IDMap{{Outside: 200000, Count: 65536}}
			s.UID, s.GID = [4]uint32{100033, 100033, 100033, 100033}, [4]uint32{200034, 200034, 200034, 200034}
			s.Groups = []uint32{200040, 200050}
		},
	} {
		p, s := planned()
		change(p, &s)
		if err := verifyStatus(p, s); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestProcessThatIsNotAsPlannedIsStopped(t *testing.T) {
	for name, change := range map[string]func(*proc.Status){
		"real UID":         func(s *proc.Status) { s.UID[0] = 0 },
		"effective UID":    func(s *proc.Status) { s.UID[1] = 0 },
		"saved UID":        func(s *proc.Status) { s.UID[2] = 0 },
		"file system UID":  func(s *proc.Status) { s.UID[3] = 0 },
		"effective GID":    func(s *proc.Status) { s.GID[1] = 0 },
		"saved GID":        func(s *proc.Status) { s.GID[2] = 0 },
		"one group more":   func(s *proc.Status) { s.Groups = append(s.Groups, 0) },
		"one group less":   func(s *proc.Status) { s.Groups = s.Groups[:1] },
		"another group":    func(s *proc.Status) { s.Groups = []uint32{40, 0} },
		"bounding":         func(s *proc.Status) { s.Caps.Bounding |= 1 << 21 },
		"permitted":        func(s *proc.Status) { s.Caps.Permitted |= 1 << 21 },
		"effective":        func(s *proc.Status) { s.Caps.Effective |= 1 << 21 },
		"inheritable":      func(s *proc.Status) { s.Caps.Inheritable |= 1 << 21 },
		"ambient":          func(s *proc.Status) { s.Caps.Ambient |= 1 },
		"ambient, missing": func(s *proc.Status) { s.Caps.Ambient = 0 },
		"no_new_privs":     func(s *proc.Status) { s.NoNewPrivs = true },
		"ignored signals":  func(s *proc.Status) { s.Ignored = 1 },
		"no filter":        func(s *proc.Status) { s.SeccompMode = 0 },
	} {
		p, s := planned()
		change(&s)
		if err := verifyStatus(p, s); err == nil {
			t.Errorf("%s: it goes on", name)
		}
	}
	p, s := planned()
	s.NoNewPrivs = true
	if err := verifyStatus(p, s); !errors.Is(err, ErrCallerNoNewPrivs) {
		t.Errorf("no_new_privs: %v", err)
	}
	p, s = planned()
	p.NoNewPrivs = true
	if err := verifyStatus(p, s); err == nil {
		t.Error("no_new_privs, missing: it goes on")
	}
}

// The same numbers on the host are other users than in the container.
func TestHostsIDsAreNotTakenForTheContainers(t *testing.T) {
	p, s := planned()
	p.UIDs, p.GIDs = proc.IDMap{{Outside: 100000, Count: 65536}}, proc.IDMap{{Outside: 100000, Count: 65536}}
	if err := verifyStatus(p, s); err == nil {
		t.Error("it goes on")
	}
}

func TestNamespaceThatWasNotJoinedIsFound(t *testing.T) {
	self, err := proc.Pin(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	defer self.Close()
	own, err := self.Namespaces()
	if err != nil {
		t.Fatal(err)
	}
	if err := verifyNamespaces(&plan.Plan{Expected: own}, self); err != nil {
		t.Error(err)
	}
	for _, n := range proc.Kinds() {
		expected := own
		expected[n].Ino++
		if err := verifyNamespaces(&plan.Plan{Expected: expected}, self); err == nil || !strings.Contains(err.Error(), n.String()) {
			t.Errorf("%s: %v", n, err)
		}
	}
}

func TestCgroupThatWasNotJoinedIsFound(t *testing.T) {
	self, err := proc.Pin(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	defer self.Close()
	own, err := self.Namespaces()
	if err != nil {
		t.Fatal(err)
	}
	in, err := self.Cgroups()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []proc.Membership{{Hierarchy: "0", Path: "/sidestep/nowhere"}, {Hierarchy: "999", Path: "/"}} {
		err := verify(&plan.Plan{Expected: own, Cgroups: []plan.Cgroup{{Membership: m}}}, self, in)
		if err == nil || !strings.Contains(err.Error(), m.Path) {
			t.Errorf("%+v: %v", m, err)
		}
	}
}
