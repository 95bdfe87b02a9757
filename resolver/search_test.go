package resolver

import (
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

// refused returns what an error says of the candidates: their IDs for an
// *AmbiguousError, "none" for a *NotFoundError, "" for none.
func refused(err error) string {
	var ambiguous *AmbiguousError
	var none *NotFoundError
	switch {
	case errors.As(err, &ambiguous):
		var ids []string
		for _, c := range ambiguous.Candidates {
			ids = append(ids, c.ID)
		}
		return strings.Join(ids, " ")
	case errors.As(err, &none):
		return "none"
	case err != nil:
		return err.Error()
	}
	return ""
}

func TestSearch(t *testing.T) {
	server := fakecontainerd.Start(t)
	cafe := "cafe" + strings.Repeat("0", 60)
	server.Add("default", record("web"))
	server.Add("default", record("web-2"))
	server.Add("default", record("web-3", labelNerdctlName+"=shop", labelCompose+"=api"))
	server.Add("default", record("named-like-an-id", labelNerdctlName+"=cafe"))
	server.Add("default", record("named-like-a-prefix", labelNerdctlName+"=web-"))
	server.Add("other", record("both"))
	server.Add("k8s.io", record("both"))
	server.Add("k8s.io", record(cafe, inPodLabels("p", "u", "app")...))
	server.Add("k8s.io", record("sandbox1", append(inPodLabels("p", "u", ""), labelPodContainer+"=odd")...))

	tests := []struct{ namespace, text, want, refused string }{
		{"", "web", "web", ""},                       // an ID is nothing else
		{"", "web-2", "web-2", ""},                   //
		{"", "shop", "web-3", ""},                    // nerdctl's name
		{"", "api", "web-3", ""},                     // compose's service
		{"", "app", cafe, ""},                        // CRI's name
		{"", "we", "", "web web-2 web-3"},            // not a unique prefix
		{"", "web-", "named-like-a-prefix", ""},      // a name before a prefix
		{"", "cafe", "", "named-like-an-id " + cafe}, // but not before what looks like an ID
		{"", "cafe0", cafe, ""},
		{"", "both", "", "both both"},
		{"other", "both", "both", ""},
		{"other", "web", "", "none"},
		{"none", "web", "", "none"},
		{"", "nothing", "", "none"},
		{"", "eb", "", "none"},
		{"", "containerd://shop", "", "none"}, // an ID, not a name
		{"", "containerd://web-3", "web-3", ""},
		{"", "docker://web", "", "none"}, // not Docker's
		{"", "sandbox1", "sandbox1", ""}, // a sandbox by its ID
		{"", "sandb", "sandbox1", ""},
		{"", "odd", "", "none"}, // and by nothing else
		{"", "pod/p", cafe, ""},
		{"", "pod/shop/p", cafe, ""},
		{"", "pod/other/p", "", "none"},
		{"", "pod/shop/p/app", cafe, ""},
		{"", "pod/shop/p/odd", "", "none"},
	}
	for _, test := range tests {
		c := config(t, server)
		c.Namespace = test.namespace
		got, err := newResolver(t, c).Container(t.Context(), mustParse(t, test.text))
		if got.ID != test.want || refused(err) != test.refused {
			t.Errorf("%q in namespace %q: %q, %v", test.text, test.namespace, got.ID, err)
		}
	}
}

func TestNothingIsListedForAnExactID(t *testing.T) {
	server := fakecontainerd.Start(t)
	server.Add("default", record("web"))
	c := config(t, server)
	c.Namespace = "default"
	if _, err := newResolver(t, c).Container(t.Context(), mustParse(t, "web")); err != nil {
		t.Fatal(err)
	}
	// The task is asked for with the record, and not waited for: it may come late.
	calls := slices.DeleteFunc(server.Calls(), func(call string) bool { return call == "/containerd.services.tasks.v1.Tasks/Get" })
	if want := []string{"/containerd.services.containers.v1.Containers/Get"}; !slices.Equal(calls, want) {
		t.Errorf("calls: %q, want %q", calls, want)
	}
}

func TestSeveralDaemons(t *testing.T) {
	first, second := fakecontainerd.Start(t), fakecontainerd.Start(t)
	first.Add("default", record("only-first"))
	second.Add("default", record("only-second"))
	first.Add("default", record("both"))
	second.Add("default", record("both"))
	r := newResolver(t, config(t, first, second))
	for text, want := range map[string]string{"only-first": first.Address, "only-second": second.Address, "only-s": second.Address} {
		got, err := r.Container(t.Context(), mustParse(t, text))
		if err != nil || got.Source != "containerd at "+want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	_, err := r.Container(t.Context(), mustParse(t, "both"))
	if refused(err) != "both both" || !strings.Contains(err.Error(), first.Address) || !strings.Contains(err.Error(), second.Address) {
		t.Errorf("both: %v", err)
	}
}

func TestDeadDaemons(t *testing.T) {
	alive := fakecontainerd.Start(t)
	alive.Add("default", record("web"))
	absent := fakecontainerd.SocketPath(t)
	silent := fakecontainerd.SocketPath(t)
	listener, err := net.Listen("unix", silent)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	hung := fakecontainerd.Start(t)
	hung.Hang("/containerd.services.namespaces.v1.Namespaces/List")

	c := config(t, alive)
	c.Addresses = append([]string{absent, silent, hung.Address}, c.Addresses...)
	c.ConnectTimeout, c.Timeout = 1500*time.Millisecond, 1500*time.Millisecond
	r := newResolver(t, c)
	begin := time.Now()
	if got, err := r.Container(t.Context(), mustParse(t, "web")); err != nil || got.ID != "web" {
		t.Errorf("web: %+v, %v", got, err)
	}
	if waited := time.Since(begin); waited >= c.ConnectTimeout {
		t.Errorf("a hit waited %s for the dead ones", waited)
	}

	_, err = r.Container(t.Context(), mustParse(t, "nothing"))
	var none *NotFoundError
	var connect *ConnectError
	if !errors.As(err, &none) || len(none.Unanswered) != 3 || len(none.Searched) != 1 || !errors.As(err, &connect) {
		t.Errorf("nothing: %v", err)
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than one line: %q", err)
	}

	c.Addresses = c.Addresses[:2]
	_, err = newResolver(t, c).Container(t.Context(), mustParse(t, "web"))
	if !errors.As(err, &connect) || errors.As(err, &none) || strings.Contains(err.Error(), "\n") {
		t.Errorf("no daemon at all: %v", err)
	}
}

func TestConcurrentUse(t *testing.T) {
	server := fakecontainerd.Start(t)
	server.Add("default", record("web"))
	server.SetTask("default", "web", running())
	c := config(t, server)
	c.ConnectTimeout, c.Timeout = time.Minute, time.Minute // whatever else the machine does
	r := newResolver(t, c)
	inParallel(50, 50, func(int) {
		got, err := r.Target(t.Context(), mustParse(t, "web"))
		if err != nil {
			t.Error(err)
			return
		}
		got.Close()
	})
}
