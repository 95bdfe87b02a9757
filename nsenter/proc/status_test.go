package proc_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// ofInit is the status of a container's init, shortened by lines of no
// interest. Its name holds a newline, which the kernel escapes.
const ofInit = "Name:\tUid:\\n0\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t4121\nPid:\t4121\nPPid:\t4100\n" +
	"Uid:\t101000\t101001\t101002\t101003\nGid:\t1\t2\t3\t4\nFDSize:\t64\nGroups:\t4 27 1000 \n" +
	"NSpid:\t4121\t7\t1\nVmPeak:\t    4496 kB\nSigIgn:\t0000000000001001\nCapInh:\t0000000000000001\nCapPrm:\t00000000a80425fb\n" +
	"CapEff:\t00000000a80425fa\nCapBnd:\t000001ffffffffff\nCapAmb:\t0000000000000002\nNoNewPrivs:\t1\n" +
	"Seccomp:\t2\nSeccomp_filters:\t3\nSpeculation_Store_Bypass:\tthread vulnerable\n"

func TestStatusSaysWhatInitMayDo(t *testing.T) {
	got, err := proc.ParseStatus(ofInit)
	want := proc.Status{
		TGID: 4121, PPID: 4100, UID: [4]uint32{101000, 101001, 101002, 101003}, GID: [4]uint32{1, 2, 3, 4},
		Groups: []uint32{4, 27, 1000}, NSpid: []int{4121, 7, 1},
		Caps: proc.Capabilities{
			Inheritable: 1, Permitted: 0xa80425fb, Effective: 0xa80425fa, Bounding: 0x1ffffffffff, Ambient: 2},
		Ignored: 1<<12 | 1, NoNewPrivs: true, SeccompMode: proc.SeccompFilter, SeccompFilters: 3, StoreBypass: "thread vulnerable",
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestUnknownNumberOfFiltersMeansAll(t *testing.T) {
	old := strings.Replace(ofInit, "Seccomp_filters:\t3\n", "", 1) // before Linux 5.9
	got, err := proc.ParseStatus(old)
	if err != nil || got.SeccompFilters != -1 {
		t.Fatalf("%d filters, %v", got.SeccompFilters, err)
	}
}

// A missing set of capabilities must not be read as an empty one, nor a
// missing no_new_privs as "off".
func TestStatusWithoutOneOfItsLinesIsAnError(t *testing.T) {
	for _, key := range []string{
		"State", "Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp",
	} {
		var rest strings.Builder
		for line := range strings.Lines(ofInit) {
			if !strings.HasPrefix(line, key+":") {
				rest.WriteString(line)
			}
		}
		if got, err := proc.ParseStatus(rest.String()); err == nil {
			t.Errorf("without %s it is taken for %+v", key, got)
		}
	}
}

func TestTruncatedStatusIsAnError(t *testing.T) {
	end := strings.Index(ofInit, "Seccomp:\t2")
	for n := range end {
		if got, err := proc.ParseStatus(ofInit[:n]); err == nil {
			t.Fatalf("the first %d bytes are taken for %+v", n, got)
		}
	}
}

func TestDamagedStatusIsAnError(t *testing.T) {
	for _, change := range [][2]string{
		{"Uid:\t101000", "Uid:\t-1"}, {"Uid:\t101000", "Uid:\t4294967296"}, {"Uid:\t101000\t", "Uid:\t"},
		{"\t4\nFDSize", "\t4\t5\nFDSize"}, {"4 27", "4 x"}, {"4121\t7", "4121\tx"},
		{"CapPrm:\t", "CapPrm:\t1"}, {"00000000a80425fb", "-1"}, {"CapEff:\t00000000a80425fa", "CapEff:\t"},
		{"NoNewPrivs:\t1", "NoNewPrivs:\tyes"}, {"Seccomp:\t2", "Seccomp:\t2 2"}, {"Seccomp_filters:\t3", "Seccomp_filters:\t"},
		{"FDSize:", "FDSize"},
	} {
		data := strings.Replace(ofInit, change[0], change[1], 1)
		if data == ofInit {
			t.Fatalf("%q is not in the status", change[0])
		}
		if got, err := proc.ParseStatus(data); err == nil {
			t.Errorf("%q: it is taken for %+v", change[1], got)
		}
	}
}

func TestParsesItsOwnStatus(t *testing.T) {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	s, err := proc.ParseStatus(string(data))
	if err != nil {
		t.Fatal(err)
	}
	if s.UID[0] != uint32(os.Getuid()) || s.GID[1] != uint32(os.Getegid()) || s.NSpid[len(s.NSpid)-1] != os.Getpid() {
		t.Errorf("%+v", s)
	}
}

func FuzzParseStatus(f *testing.F) {
	f.Add(ofInit)
	f.Add(strings.ReplaceAll(ofInit, "\t", " "))
	f.Add("Uid:\t0\t0\t0\t0\n")
	f.Fuzz(func(t *testing.T, data string) {
		s, err := proc.ParseStatus(data)
		if err != nil {
			return
		}
		for key, claimed := range map[string]bool{
			"Groups:": len(s.Groups) > 0, "NSpid:": len(s.NSpid) > 0, "Cap": s.Caps != proc.Capabilities{},
			"Uid:": s.UID != [4]uint32{}, "NoNewPrivs:": s.NoNewPrivs, "Seccomp:": s.SeccompMode != 0,
		} {
			if claimed && !strings.Contains(data, key) {
				t.Errorf("%+v without %s in %q", s, key, data)
			}
		}
	})
}
