package resolver

import (
	"context"
	"slices"
	"time"
)

// gathering collects the answers of those who are searched.
type gathering struct {
	ref       Reference
	question  string   // what is asked for, in words
	addresses []string // of the containerds that are asked, in the order of their asks
	look      func() *survey
	names     func(*survey) answer // asks the Docker daemons that a survey shows; nil: none
	hurry     bool                 // look at once
	later     func(begun time.Time) <-chan time.Time
	found     finding
}

// seen is a survey, and what Docker calls the containers in it.
type seen struct {
	survey *survey
	docker answer
}

// gather asks all at once and waits for their answers. Docker is not waited
// for when a containerd knows the reference as an ID. The files and processes of
// this host are looked at when a containerd does not answer soon, or cannot be
// asked; what they show is enough when the daemons do not say more until then.
func (g *gathering) gather(ctx context.Context, daemons []ask, docker ask) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	begun := time.Now()
	fromDaemons := inBackground(ctx, daemons...)
	fromDocker := inBackground(ctx, docker)
	var fromDisk <-chan seen
	var hedge, enough, prefer <-chan time.Time
	lookNow := func() {
		if g.look != nil && fromDisk == nil && g.found.survey == nil {
			fromDisk = g.inBackground()
		}
	}
	if hedge = time.After(hedgeAfter); g.hurry {
		lookNow()
	}
	waiting, waitingDocker := len(daemons), docker != nil
	for waiting > 0 || waitingDocker && g.found.top() < byID || fromDisk != nil && len(g.found.candidates) == 0 {
		select {
		case a := <-fromDaemons:
			waiting--
			g.found.add(a)
			if a.err != nil {
				lookNow()
			}
			if enough == nil && g.found.top() > byPrefix {
				enough = time.After(patience)
			}
		case a := <-fromDocker:
			waitingDocker = false
			g.found.add(a)
		case s := <-fromDisk:
			fromDisk = nil
			g.found.addSurvey(s.survey, g.ref)
			g.found.add(s.docker)
		case <-hedge:
			if hedge = g.later(begun); hedge == nil {
				lookNow()
			}
		case <-enough:
			return
		case <-prefer:
			g.giveUp(time.Since(begun))
			return
		case <-ctx.Done():
			return
		}
		if prefer == nil && waiting > 0 && g.found.onDisk() {
			prefer = time.After(preferUntil - time.Since(begun))
		}
	}
}

// giveUp says of the containerds that have not answered that they did not.
func (g *gathering) giveUp(after time.Duration) {
	for _, address := range g.addresses {
		if !slices.Contains(g.found.asked, address) {
			err := &ConnectError{Address: address, Kind: NoAnswer, After: Rounded(after, 10*time.Millisecond), Question: g.question}
			g.found.add(answer{address: address, err: err})
		}
	}
}

// inBackground looks at the files and processes of this host.
func (g *gathering) inBackground() <-chan seen {
	done := make(chan seen, 1)
	go func() {
		s := seen{survey: g.look()}
		if g.names != nil {
			s.docker = g.names(s.survey)
		}
		done <- s
	}()
	return done
}
