package kubectl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"
	"syscall"

	"google.golang.org/protobuf/proto"

	"github.com/sidestep-dev/sidestep/plugin/session/client"
	"github.com/sidestep-dev/sidestep/plugin/session/sessionpb"
)

// outcome is how a command ended in one of many pods.
type outcome struct {
	target target
	code   int
	err    error
	// Of what is shown at the end: with --fold stdout and stderr as they came,
	// with -o json each.
	output, errors bytes.Buffer
	keeping        sync.Mutex
}

// fanOut runs a command in many pods, with one helper on each node.
func (a *app) fanOut(ctx context.Context, c *cluster, o *execOptions, start *sessionpb.ExecStart) error {
	pods, err := c.pods(ctx, o.selector)
	if err != nil {
		return err
	}
	if len(pods) == 0 {
		return fail("see kubectl get pods -n "+c.namespace+" --show-labels", "no running pod of namespace %q is selected%s", c.namespace, bySelector(o.selector))
	}
	var outcomes []*outcome
	places := map[string]*place{}
	for i := range pods {
		t, err := choose(&pods[i], o.container)
		outcomes = append(outcomes, &outcome{target: t, err: err})
		if err != nil {
			continue
		}
		node := pods[i].Spec.NodeName
		if places[node] == nil {
			places[node] = &place{node: node, privileged: o.needsAll()}
		}
		places[node].privileged = places[node].privileged || t.privileged()
	}
	if a.options.printPod && len(places) > 0 {
		return a.printPods(c, inOrder(places)...)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	nodes := &nodes{app: a, cluster: c, places: places, sessions: map[string]*reached{}}
	defer nodes.close()
	show := &shown{out: a.stdout, err: a.stderr}
	slots := make(chan bool, max(o.parallel, 1))
	var wait sync.WaitGroup
	for _, out := range outcomes {
		if out.err != nil {
			continue
		}
		slots <- true
		wait.Go(func() {
			defer func() { <-slots }()
			a.one(ctx, nodes, out, proto.Clone(start).(*sessionpb.ExecStart), show, o.fold)
			var undelivered *client.DeliveryError
			if errors.As(out.err, &undelivered) && errors.Is(out.err, syscall.EPIPE) {
				cancel(closedPipe) // nobody takes the output of the others either
			}
		})
	}
	wait.Wait()
	switch {
	case context.Cause(ctx) != nil:
		return context.Cause(ctx)
	case a.format == formatJSON:
		return a.writeResults(outcomes)
	case o.fold:
		if err := a.writeFolded(outcomes); err != nil {
			return err
		}
	}
	return a.summary(outcomes)
}

// inOrder returns places by their nodes' names.
func inOrder(places map[string]*place) []place {
	var list []place
	for _, node := range slices.Sorted(maps.Keys(places)) {
		list = append(list, *places[node])
	}
	return list
}

func bySelector(selector string) string {
	if selector == "" {
		return ""
	}
	return fmt.Sprintf(" by %q", selector)
}

// one runs the command in one pod.
func (a *app) one(ctx context.Context, nodes *nodes, out *outcome, start *sessionpb.ExecStart, show *shown, fold bool) {
	s, err := nodes.session(ctx, out.target.pod.Spec.NodeName)
	if err != nil {
		out.err = err
		return
	}
	start.Reference = out.target.id
	name := out.target.pod.Name
	streams := client.Streams{Notice: a.notices(show.lines(name, true), "\n")}
	switch {
	case a.format == formatJSON:
		streams.Stdout, streams.Stderr = kept{out, &out.output}, kept{out, &out.errors}
	case fold:
		both := kept{out, &out.output}
		streams.Stdout, streams.Stderr = both, both
	default:
		stdout, stderr := show.lines(name, false), show.lines(name, true)
		streams.Stdout, streams.Stderr = stdout, stderr
		defer func() {
			if err := errors.Join(stdout.flush(), stderr.flush()); err != nil && out.err == nil {
				out.err = &client.DeliveryError{Err: err}
			}
		}()
	}
	out.code, out.err = s.Exec(ctx, start, streams)
}

// summary says how the commands ended, unless all went well.
func (a *app) summary(outcomes []*outcome) error {
	codes := map[int][]string{}
	worst := 0
	var failed []string
	var first error
	for _, out := range outcomes {
		if out.err != nil {
			f := explain(out.err)
			out.code = f.code
			failed = append(failed, fmt.Sprintf("%s: %s", out.target.pod.Name, f.err))
			if first == nil {
				first = f
			}
		}
		codes[out.code] = append(codes[out.code], out.target.pod.Name)
		worst = max(worst, out.code)
	}
	if worst == 0 {
		a.note("exit code 0 in all %d pods", len(outcomes))
		return nil
	}
	var parts []string
	var numbers []int
	for code := range codes {
		numbers = append(numbers, code)
	}
	sort.Ints(numbers)
	for _, code := range numbers {
		part := fmt.Sprintf("%d in %d", code, len(codes[code]))
		if code != 0 {
			part += " (" + strings.Join(codes[code], " ") + ")"
		}
		parts = append(parts, part)
	}
	text := fmt.Sprintf("exit codes of %d pods: %s", len(outcomes), strings.Join(parts, ", "))
	if first == nil {
		a.note("%s", text)
		return status(worst)
	}
	var f *failure
	if !errors.As(first, &f) {
		f = explain(first)
	}
	return &failure{err: errors.New(text), detail: failed, hint: f.hint, code: worst}
}
