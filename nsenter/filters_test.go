package nsenter

import (
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

func TestOldestFiltersAreChosen(t *testing.T) {
	all := []sys.Filter{{Flags: 1}, {Flags: 2}, {Flags: 3}}
	for want, n := range map[int]int{1: 1, 2: 2, 3: 3, -1: 3} {
		got, err := chooseFilters(all, want)
		if err != nil || len(got) != n || got[0].Flags != 1 {
			t.Errorf("%d: %v, %v", want, got, err)
		}
	}
	for name, c := range map[string]struct {
		filters []sys.Filter
		want    int
	}{
		"none of one": {nil, 1}, "none of an unknown number": {nil, -1}, "one of two": {all[:1], 2},
	} {
		if got, err := chooseFilters(c.filters, c.want); err == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}
