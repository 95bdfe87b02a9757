package kubectl

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/sidestep-dev/sidestep/plugin/session/client"
)

// psParallel is how many nodes are asked at the same time, each by a helper pod.
const psParallel = 8

// psAnswer is what one node says of its containers, or why it says nothing.
type psAnswer struct {
	node string
	rows []psRow
	err  error
}

// psOfAll asks many nodes, and shows their messages in order.
func (a *app) psOfAll(ctx context.Context, c *cluster, places []place, all bool) []psAnswer {
	answers := make([]psAnswer, len(places))
	shown := make([]client.Answer, len(places))
	slots := make(chan bool, psParallel)
	var wait sync.WaitGroup
	for i, p := range places {
		slots <- true
		wait.Go(func() {
			defer func() { <-slots }()
			answers[i].node = p.node
			if shown[i], answers[i].err = a.psOf(ctx, c, p, all); answers[i].err == nil {
				answers[i].rows, answers[i].err = readRows(p.node, shown[i].Output)
			}
		})
	}
	wait.Wait()
	for _, answer := range shown {
		a.messages(answer)
	}
	return answers
}

func (a *app) psOf(ctx context.Context, c *cluster, p place, all bool) (client.Answer, error) {
	s, err := a.open(ctx, c, p)
	if err != nil {
		return client.Answer{}, err
	}
	defer s.close()
	return s.Ps(ctx, all)
}

func readRows(node string, output []byte) ([]psRow, error) {
	var rows []psRow
	if err := json.Unmarshal(output, &rows); err != nil {
		return nil, fmt.Errorf("read the answer of node %q: %w", node, err)
	}
	for i := range rows {
		rows[i].Node = node
	}
	return rows, nil
}

// unanswered is the failure of those nodes that have not answered, or nil.
func unanswered(answers []psAnswer) error {
	var failed []string
	var first *failure
	for _, answer := range answers {
		if answer.err != nil {
			f := explain(answer.err)
			failed = append(failed, fmt.Sprintf("%s: %s", answer.node, f.err))
			if first == nil {
				first = f
			}
		}
	}
	if first == nil {
		return nil
	}
	return &failure{
		err:    fmt.Errorf("%d of %d nodes did not answer", len(failed), len(answers)),
		detail: failed, hint: first.hint, code: exitFailed,
	}
}
