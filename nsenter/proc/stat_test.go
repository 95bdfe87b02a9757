package proc_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// afterName is what follows the name in a real stat file, up to and beyond
// the start time, 8264371.
const afterName = " S 4100 4121 4020 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 8264371 1 2 3"

func TestProcessCannotForgeItsStatByItsName(t *testing.T) {
	for _, name := range []string{
		"nginx", "", " ", "(", ")", "()", ") R 1", "a) S 1 1 1 (b", "a\nb", "((sd-pam))",
		") S 4100 4121 4121 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 1 (", "\xff\xfe",
	} {
		got, err := proc.ParseStat([]byte("4121 (" + name + ")" + afterName + "\n"))
		want := proc.Stat{PID: 4121, Comm: name, State: 'S', PPID: 4100, Session: 4020, StartTime: 8264371}
		if err != nil || got != want {
			t.Errorf("name %q: %+v, %v", name, got, err)
		}
	}
}

func TestThreadOfTheKernelIsTold(t *testing.T) {
	for data, want := range map[string]bool{
		"4121 (sh)" + afterName: false,
		"2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 8 1 2 3": true,
	} {
		if got, err := proc.ParseStat([]byte(data)); err != nil || got.Kernel != want {
			t.Errorf("%q: %+v, %v", data, got, err)
		}
	}
}

func TestDamagedStatIsAnError(t *testing.T) {
	whole := "4121 (sh)" + afterName
	beforeStart, _, _ := strings.Cut(whole, " 8264371")
	for _, data := range []string{
		"", "4121", "4121 (", "4121 (sh", "(sh)" + afterName, ")(" + afterName, "4121 sh" + afterName,
		beforeStart, "x (sh)" + afterName, "4121 (sh) SS" + strings.TrimPrefix(afterName, " S"),
		strings.Replace(whole, "4100", "x", 1), strings.Replace(whole, "4020", "x", 1), strings.Replace(whole, "4194560", "x", 1),
		strings.Replace(whole, "8264371", "-1", 1),
		strings.Replace(whole, "8264371", "18446744073709551616", 1),
	} {
		if got, err := proc.ParseStat([]byte(data)); err == nil {
			t.Errorf("%q is taken for %+v", data, got)
		}
	}
}

func TestParsesItsOwnStat(t *testing.T) {
	data, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		t.Fatal(err)
	}
	stat, err := proc.ParseStat(data)
	if err != nil {
		t.Fatal(err)
	}
	if stat.PID != os.Getpid() || stat.PPID != os.Getppid() || stat.StartTime == 0 {
		t.Errorf("%+v for PID %d of %d", stat, os.Getpid(), os.Getppid())
	}
}

func FuzzParseStat(f *testing.F) {
	f.Add([]byte("4121 (sh)" + afterName))
	f.Add([]byte("4121 (a) b (c)" + afterName + "\n"))
	f.Add([]byte("4121 (\n)"))
	f.Fuzz(func(t *testing.T, data []byte) {
		stat, err := proc.ParseStat(data)
		if err != nil {
			return
		}
		if !bytes.Contains(data, []byte("("+stat.Comm+")")) {
			t.Errorf("the name %q is not in %q", stat.Comm, data)
		}
		if bytes.IndexByte(data[bytes.LastIndexByte(data, ')'):], stat.State) < 0 {
			t.Errorf("the state %q is not behind the name of %q", stat.State, data)
		}
	})
}
