package containerd

import (
	"regexp"
	"strconv"
	"strings"
)

// Filter is an expression that the daemon matches containers with, see
// containerd: pkg/filters. Any text may be looked for: what a filter is built
// from is quoted.
type Filter string

// IDPrefix matches the containers whose ID begins with prefix.
func IDPrefix(prefix string) Filter {
	return Filter("id~=" + quote("^"+regexp.QuoteMeta(prefix)))
}

// Label matches the containers that have the label key with this value.
func Label(key, value string) Filter {
	return Filter("labels." + quote(key) + "==" + quote(value))
}

// All matches what every one of the filters matches.
func All(filters ...Filter) Filter {
	parts := make([]string, len(filters))
	for i, f := range filters {
		parts[i] = string(f)
	}
	return Filter(strings.Join(parts, ","))
}

// quote returns text in the quoted form of the filter language, which is that
// of a Go string. Only ASCII is written: containerd's scanner takes a NUL and
// U+FFFD for errors unless they are escaped.
func quote(text string) string { return strconv.QuoteToASCII(text) }
