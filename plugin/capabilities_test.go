package plugin

import (
	"slices"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

// What is offered is what the plan takes: all that Linux has.
func TestCapabilityNames(t *testing.T) {
	names := capabilityNames()
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != 41 {
		t.Errorf("%d names: %q", len(names), names)
	}
	unknown := func(name string) bool {
		_, err := plan.Decide(plan.Facts{}, nil, plan.Request{Args: []string{"true"}, CapAdd: []string{name}})
		return err != nil && strings.Contains(err.Error(), "unknown capability")
	}
	if slices.ContainsFunc(names, unknown) || !unknown("NONSENSE") {
		t.Error("the plan knows others")
	}
}
