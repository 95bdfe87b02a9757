package proc_test

import (
	"reflect"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

func parseMap(t *testing.T, data string) proc.IDMap {
	t.Helper()
	m, err := proc.ParseIDMap(data)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestIDsAreMappedBothWays(t *testing.T) {
	m := parseMap(t, "         0     100000      65536\n     65536       1000          1\n")
	for inside, outside := range map[uint32]uint32{0: 100000, 1: 100001, 65535: 165535, 65536: 1000} {
		if got, ok := m.Outside(inside); !ok || got != outside {
			t.Errorf("%d inside is %d outside, %t", inside, got, ok)
		}
		if got, ok := m.Inside(outside); !ok || got != inside {
			t.Errorf("%d outside is %d inside, %t", outside, got, ok)
		}
	}
	for _, id := range []uint32{65537, 1<<32 - 1} {
		if got, ok := m.Outside(id); ok {
			t.Errorf("%d, which is not mapped, is %d outside", id, got)
		}
	}
	for _, id := range []uint32{0, 999, 1001, 99999, 165536} {
		if got, ok := m.Inside(id); ok {
			t.Errorf("%d, which is not mapped, is %d inside", id, got)
		}
	}
}

func TestMapOfTheInitialNamespaceChangesNothing(t *testing.T) {
	m := parseMap(t, "         0          0 4294967295\n")
	for _, id := range []uint32{0, 1000, 1<<32 - 2} {
		if got, ok := m.Outside(id); !ok || got != id {
			t.Errorf("%d is %d, %t", id, got, ok)
		}
	}
	if got, ok := m.Outside(1<<32 - 1); ok {
		t.Errorf("the ID that means none is %d", got)
	}
}

func TestEmptyMapMapsNothing(t *testing.T) {
	if got, ok := parseMap(t, "").Outside(0); ok {
		t.Errorf("0 is %d", got)
	}
}

// The kernel writes 4294967295 for a range that the reader's namespace does
// not have (uid_m_show, kernel/user_namespace.c): it is no ID, and what comes
// after it is not the host's root.
func TestRangeThatWrapsAroundIsNeverTheHostsRoot(t *testing.T) {
	for _, data := range []string{
		"0 4294967295 65536\n", "0 4294967290 10\n", "4294967290 0 10\n", "1 4294967295 4294967295\n",
	} {
		m, err := proc.ParseIDMap(data)
		if err != nil {
			continue // refused: as good
		}
		for _, id := range []uint32{0, 1, 2, 5, 6, 7, 4294967290, 4294967295} {
			if got, ok := m.Outside(id); ok && (got == 1<<32-1 || id == 1<<32-1 || got < m[0].Outside) {
				t.Errorf("%q: %d inside is %d outside", data, id, got)
			}
			if got, ok := m.Inside(id); ok && (got == 1<<32-1 || id == 1<<32-1 || got < m[0].Inside) {
				t.Errorf("%q: %d outside is %d inside", data, id, got)
			}
		}
	}
}

func TestDamagedMapIsAnError(t *testing.T) {
	for _, data := range []string{"0\n", "0 1\n", "0 1 2 3\n", "a b c\n", "-1 0 1\n", "0 0 4294967296\n", "0 0 1\n\n"} {
		if got, err := proc.ParseIDMap(data); err == nil {
			t.Errorf("%q is taken for %+v", data, got)
		}
	}
}

func TestRangesKeepTheirOrder(t *testing.T) {
	got := parseMap(t, "0 100000 1\n1 5 2")
	want := proc.IDMap{{Inside: 0, Outside: 100000, Count: 1}, {Inside: 1, Outside: 5, Count: 2}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func FuzzParseIDMap(f *testing.F) {
	f.Add("         0     100000      65536\n", uint32(7))
	f.Add("0 4294967295 65536\n", uint32(1))
	f.Add("0 0 4294967295\n", uint32(1<<32-2))
	f.Fuzz(func(t *testing.T, data string, id uint32) {
		m, err := proc.ParseIDMap(data)
		if err != nil {
			return
		}
		if out, ok := m.Outside(id); ok && out == 1<<32-1 {
			t.Errorf("%q: %d is outside what means no ID", data, id)
		}
		if len(m) != 1 {
			return
		}
		if out, ok := m.Outside(id); ok {
			if in, ok := m.Inside(out); !ok || in != id {
				t.Errorf("%q: %d is %d outside, which is %d inside", data, id, out, in)
			}
		}
	})
}
