package fakecontainerd

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	containersapi "github.com/containerd/containerd/api/services/containers/v1"
)

// MatchAny reports whether one of the filters matches the container, as
// containerd's pkg/filters does; no filter matches everything. Of the language
// it knows what the resolver writes:
//
//	filter   := selector ("," selector)*
//	selector := "id~=" quoted | "labels." quoted "==" quoted
//
// where quoted is a Go string. Anything else is an error.
func MatchAny(filters []string, c *containersapi.Container) (bool, error) {
	matched := len(filters) == 0
	for _, filter := range filters {
		all, rest, err := selector(filter, c)
		for err == nil && rest != "" {
			var ok bool
			if rest[0] != ',' {
				return false, fmt.Errorf("filter %q: expected a comma before %q", filter, rest)
			}
			ok, rest, err = selector(rest[1:], c)
			all = all && ok
		}
		if err != nil {
			return false, fmt.Errorf("filter %q: %w", filter, err)
		}
		matched = matched || all
	}
	return matched, nil
}

func selector(text string, c *containersapi.Container) (matched bool, rest string, err error) {
	if rest, ok := strings.CutPrefix(text, "id~="); ok {
		pattern, rest, err := quoted(rest)
		if err != nil {
			return false, "", err
		}
		re, err := regexp.Compile(pattern)
		if err != nil {
			return false, "", err
		}
		return re.MatchString(c.ID), rest, nil
	}
	rest, ok := strings.CutPrefix(text, "labels.")
	if !ok {
		return false, "", errors.New("unknown field")
	}
	key, rest, err := quoted(rest)
	if err != nil {
		return false, "", err
	}
	rest, ok = strings.CutPrefix(rest, "==")
	if !ok {
		return false, "", errors.New("expected ==")
	}
	want, rest, err := quoted(rest)
	if err != nil {
		return false, "", err
	}
	value, ok := c.Labels[key]
	return ok && value == want, rest, nil
}

func quoted(text string) (value, rest string, err error) {
	prefix, err := strconv.QuotedPrefix(text)
	if err != nil || prefix[0] != '"' {
		return "", "", fmt.Errorf("expected a quoted text: %q", text)
	}
	value, err = strconv.Unquote(prefix)
	return value, text[len(prefix):], err
}
