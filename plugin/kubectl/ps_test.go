package kubectl

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// TestPsSaysWhatFailed: a node that cannot be reached does not take the others'
// containers away.
func TestPsSaysWhatFailed(t *testing.T) {
	first := podOf("web-1", "n1", func(pod *corev1.Pod) { pod.UID = "u1" })
	c := newCaller(t, first, podOf("web-2", "broken"), podOf("web-3", "n2"))
	code := c.run(t, "ps")
	if code != 125 || !strings.Contains(c.out.String(), "shop/web-1") ||
		c.err.String() != "sidestep: error: 1 of 3 nodes did not answer\n  broken: node \"broken\" is broken\nsidestep: hint: mend it\n" {
		t.Errorf("exit code %d, %q, %q", code, c.out.String(), c.err.String())
	}
	var rows []psRow
	code = c.run(t, "ps", "-o", "json")
	if err := json.Unmarshal(c.out.Bytes(), &rows); err != nil || code != 125 || len(rows) != 2 || rows[0].Node != "n1" || rows[1].Node != "n2" {
		t.Errorf("exit code %d, %v, %q", code, err, c.out.String())
	}
	c = newCaller(t, podOf("web-2", "broken"))
	c.expectFailure(t, 125, `node "broken" is broken`, "mend it", "ps")
	if c.out.Len() > 0 {
		t.Errorf("%q", c.out.String())
	}
}

// TestPsAsksAtOnce: no node waits for another.
func TestPsAsksAtOnce(t *testing.T) {
	c := newCaller(t, podOf("web-1", "n1"), podOf("web-2", "n2"), podOf("web-3", "n3"))
	var all sync.WaitGroup
	all.Add(3)
	open := c.app.open
	c.app.open = func(ctx context.Context, cl *cluster, p place) (*nodeSession, error) {
		all.Done()
		together := make(chan bool)
		go func() { all.Wait(); close(together) }()
		select {
		case <-together:
			return open(ctx, cl, p)
		case <-time.After(10 * time.Second):
			return nil, fail("", "node %q was asked alone", p.node)
		}
	}
	if code := c.run(t, "ps"); code != 0 {
		t.Errorf("exit code %d, %q", code, c.err.String())
	}
}
