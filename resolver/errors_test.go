package resolver

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestErrorsAreOneQuotedLine(t *testing.T) {
	evil := Container{ID: "a\x1b[2J\nb", Name: "n\r", Namespace: "\n", Source: "containerd at /a"}
	pod := Container{ID: strings.Repeat("ab", 32), Namespace: "k8s.io", Source: "containerd at /b",
		Pod: &Pod{Namespace: "shop", Name: "web\n", Container: "app"}}
	ref := Reference{text: "web"}
	many := make([]Container, 12)
	for i := range many {
		many[i] = evil
	}
	tests := []struct {
		err  error
		want string
	}{
		{&ReferenceError{Text: strings.Repeat("é", 300) + "\n", Reason: "it is longer"}, "bad container reference"},
		{&NotFoundError{Reference: ref, Searched: []string{"a", "b"}}, `no container "web": searched a, b`},
		{&NotFoundError{Reference: ref, Searched: []string{"a"}, Unanswered: []error{errors.New("b: no answer")}},
			`no container "web": searched a; could not search b: no answer`},
		{&NotFoundError{Reference: ref}, `no container "web": this host shows none`},
		{&NotFoundError{Reference: ref, Unanswered: []error{errors.New("b: no answer")}},
			`no container "web": nothing was searched; could not search b: no answer`},
		{&AmbiguousError{Reference: ref, Candidates: []Container{evil, pod}},
			`"web" means 2 containers: "a\x1b[2J\nb" (name "n\r", namespace "\n") in containerd at /a, ` +
				`"abababababab" (pod "shop/web\n/app", namespace "k8s.io") in containerd at /b`},
		{&AmbiguousError{Reference: ref, Candidates: many}, "and 2 more"},
		{&StateError{Container: evil, State: Stopped}, "is stopped"},
		{&StateError{Container: evil, State: Created}, "is created, but not started"},
		{&StateError{Container: evil, State: NoTask}, "has no task"},
		{&UnknownStateError{Container: evil, Source: "containerd at /a", After: 2003 * time.Millisecond}, "named none in 2.003s"},
		{&UnknownStateError{Container: evil, After: time.Second, Err: errors.New("no")}, "is unknown after 1s: no"},
		{&GoneError{Container: evil, PID: 7, Reason: "it has exited"}, "process 7: it has exited"},
		{&GoneError{PID: 7, Reason: "there is no such process"}, "process 7: there is no such process"},
		{joinErrors([]error{errors.New("a"), errors.New("b")}), "a; b"},
	}
	for _, test := range tests {
		text := test.err.Error()
		if strings.ContainsAny(text, "\n\r\x1b") || !strings.Contains(text, test.want) {
			t.Errorf("%q, want %q", text, test.want)
		}
	}
}

// TestSaidOnce: who was searched twice, as Docker's files are in some searches,
// is named once.
func TestSaidOnce(t *testing.T) {
	var f finding
	for range 2 {
		f.add(answer{who: "docker's files in /d"})
	}
	if len(f.searched) != 1 {
		t.Errorf("%q", f.searched)
	}
	for n, want := range map[int]string{0: "0 containers", 1: "1 container", 2: "2 containers"} {
		if got := count(n, "container"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
