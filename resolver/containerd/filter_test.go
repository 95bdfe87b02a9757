package containerd_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	containersapi "github.com/containerd/containerd/api/services/containers/v1"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

func TestFilterText(t *testing.T) {
	tests := []struct {
		got  containerd.Filter
		want string
	}{
		{containerd.IDPrefix("a.b"), `id~="^a\\.b"`},
		{containerd.IDPrefix(`",id~="`), `id~="^\",id~=\""`},
		{containerd.Label("nerdctl/name", "web"), `labels."nerdctl/name"=="web"`},
		{containerd.All(containerd.Label("a", "1"), containerd.Label("b", "2")), `labels."a"=="1",labels."b"=="2"`},
		{containerd.Label("a", "\x00\ufffd\n"), `labels."a"=="\x00\ufffd\n"`},
	}
	for _, test := range tests {
		if string(test.got) != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
	}
}

// FuzzFilter looks for text that leaves its quotes.
func FuzzFilter(f *testing.F) {
	for _, text := range []string{"web", `a"b`, "a,b==c", `\`, "\x00", "\ufffd", "é", "'|/`", "a\nb", "^$.*+?()[]{}|", `\Q\E`, "\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		match := func(filter containerd.Filter, c *containersapi.Container) bool {
			ok, err := fakecontainerd.MatchAny([]string{string(filter)}, c)
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			return ok
		}
		label := containerd.Label("a."+text, text)
		if !match(label, &containersapi.Container{Labels: map[string]string{"a." + text: text}}) {
			t.Errorf("%q: the label with this value does not match", text)
		}
		if match(label, &containersapi.Container{Labels: map[string]string{"a." + text: text + "x"}}) {
			t.Errorf("%q: a label with another value matches", text)
		}
		if !utf8.ValidString(text) {
			return // not a regular expression; IDs are ASCII
		}
		for _, id := range []string{text + "x", "x" + text, ""} {
			got := match(containerd.IDPrefix(text), &containersapi.Container{ID: id})
			if want := strings.HasPrefix(id, text); got != want {
				t.Errorf("prefix %q, ID %q: %t, want %t", text, id, got, want)
			}
		}
	})
}
