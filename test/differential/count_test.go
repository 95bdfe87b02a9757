package differential

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// count is what was compared.
type count struct {
	executions, fields int
	refusals           map[string]int // by tool
	debian             tally
}

// tally is how often each field differs.
type tally map[string]int

func (n tally) String() string {
	var parts []string
	for _, field := range slices.Sorted(maps.Keys(n)) {
		parts = append(parts, fmt.Sprintf("%s %d", field, n[field]))
	}
	return strings.Join(parts, ", ")
}
