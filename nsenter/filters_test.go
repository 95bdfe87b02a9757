package nsenter

import (
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

func TestFiltersOfInitAreTakenWholeOrNotAtAll(t *testing.T) {
	one := []sys.Filter{{}}
	if err := checkFilters(one, 1); err != nil {
		t.Error(err)
	}
	if err := checkFilters(one, -1); err != nil {
		t.Errorf("an unknown number: %v", err)
	}
	for name, c := range map[string]struct {
		filters []sys.Filter
		want    int
	}{
		"none of one": {nil, 1}, "none of an unknown number": {nil, -1}, "one of two": {one, 2}, "two of one": {append(one, one...), 1},
	} {
		if err := checkFilters(c.filters, c.want); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
