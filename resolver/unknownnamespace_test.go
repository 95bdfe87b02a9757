package resolver

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

const listNamespaces = "/containerd.services.namespaces.v1.Namespaces/List"

// TestUnknownNamespace: a namespace that no containerd has is told from one in
// which there is no such container, and only where nothing was found.
func TestUnknownNamespace(t *testing.T) {
	server, other := fakecontainerd.Start(t), fakecontainerd.Start(t)
	server.Add("default", record("web"))
	server.Add("k8s.io", record("app"))
	other.Add("default", record("db"))
	other.Add("ci", record("job"))
	for _, test := range []struct {
		namespace, text string
		unknown         string // what the error says; "": it is another, or none
		asked           bool   // for the namespaces
	}{
		{"", "nosuch", "", true},
		{"default", "web", "", false},
		{"ci", "job", "", false},
		{"ci", "nosuch", "", true},
		{"k8s", "app", `containerd has no namespace "k8s": it has ci, default, k8s.io`, true},
	} {
		before := len(server.Calls())
		c := config(t, server, other)
		c.Namespace = test.namespace
		_, err := newResolver(t, c).Container(t.Context(), mustParse(t, test.text))
		var none *NotFoundError
		switch {
		case errors.As(err, &none) && none.Namespace != nil:
			if none.Namespace.Error() != test.unknown || !strings.HasSuffix(err.Error(), "; "+test.unknown) {
				t.Errorf("-n %q, %s: %v", test.namespace, test.text, err)
			}
		case test.unknown != "":
			t.Errorf("-n %q, %s: %v", test.namespace, test.text, err)
		}
		if asked := slices.Contains(server.Calls()[before:], listNamespaces); asked != test.asked {
			t.Errorf("-n %q, %s: asked for the namespaces: %t", test.namespace, test.text, asked)
		}
	}
}

// TestNamespaceOfWhoDoesNotAnswer: one that does not answer may have it.
func TestNamespaceOfWhoDoesNotAnswer(t *testing.T) {
	server := fakecontainerd.Start(t)
	server.Add("default", record("web"))
	c := config(t, server)
	c.Addresses = append(c.Addresses, fakecontainerd.SocketPath(t))
	c.Namespace = "k8s"
	_, err := newResolver(t, c).Container(t.Context(), mustParse(t, "web"))
	var none *NotFoundError
	if !errors.As(err, &none) || none.Namespace != nil {
		t.Errorf("%v", err)
	}
}

func TestListOfUnknownNamespace(t *testing.T) {
	server := fakecontainerd.Start(t)
	server.Add("default", record("web"))
	c := config(t, server)
	c.Namespace = "k8s"
	rows, err := newResolver(t, c).List(t.Context())
	var unknown *NamespaceError
	if len(rows) != 0 || !errors.As(err, &unknown) || !slices.Equal(unknown.Known, []string{"default"}) {
		t.Errorf("%v, %v", rows, err)
	}
	c.Namespace = "default"
	if rows, err := newResolver(t, c).List(t.Context()); len(rows) != 1 || err != nil {
		t.Errorf("%v, %v", rows, err)
	}
	server.Hang(listNamespaces) // then it is not known
	c.Namespace = "k8s"
	if rows, err := newResolver(t, c).List(t.Context()); len(rows) != 0 || err != nil {
		t.Errorf("%v, %v", rows, err)
	}
}

func TestNamespaceErrorIsShort(t *testing.T) {
	e := &NamespaceError{Namespace: "x\n"}
	if got, want := e.Error(), `containerd has no namespace "x\n", nor any other`; got != want {
		t.Errorf("%q", got)
	}
	for i := range 12 {
		e.Known = append(e.Known, fmt.Sprintf("n%d", i))
	}
	if got := e.Error(); !strings.HasSuffix(got, "n9 and 2 more") {
		t.Errorf("%q", got)
	}
}
