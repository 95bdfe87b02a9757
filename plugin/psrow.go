package plugin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sidestep-dev/sidestep/resolver"
)

// The formats of -o.
const (
	formatTable = "table"
	formatWide  = "wide"
	formatJSON  = "json"
)

// psRow is a container in a list, as -o json shows it.
type psRow struct {
	ID        string         `json:"id"`
	Namespace string         `json:"namespace"`
	Name      string         `json:"name,omitempty"`
	Pod       *podOutput     `json:"pod,omitempty"`
	PID       int            `json:"pid,omitempty"`
	State     resolver.State `json:"state"`
	Shared    []string       `json:"shared"` // null when it is not known
	Image     string         `json:"image,omitempty"`
	Runtime   string         `json:"runtime,omitempty"`
	Created   *time.Time     `json:"created,omitempty"`
	Source    string         `json:"source"`
	Found     string         `json:"pidFrom,omitempty"` // who named the PID, when it was not the source
	Error     string         `json:"error,omitempty"`

	task   bool   // containerd's, as ctr lists it
	was    int    // the PID that a stopped task had
	reason string // Error, without what is this container's alone
}

// podOutput is a pod as -o json shows it.
type podOutput struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	UID       string `json:"uid,omitempty"`
	Container string `json:"container,omitempty"`
}

func newRow(r resolver.Row, shared []string) psRow {
	row := psRow{
		ID: r.ID, Namespace: r.Namespace, Name: r.Name, PID: r.PID, State: r.State, Shared: shared,
		Image: r.Image, Runtime: r.Runtime, Source: r.Source, Found: r.Found, Pod: newPodOutput(r.Pod), task: r.Task, was: r.Was,
	}
	if !r.Created.IsZero() {
		created := r.Created.UTC()
		row.Created = &created
	}
	if r.Err != nil {
		row.Error, row.reason = r.Err.Error(), reason(r.Err)
	}
	return row
}

// reason says why a state is unknown in words that many containers may have
// in common: most often it is one daemon that is slow.
func reason(err error) string {
	var unknown *resolver.UnknownStateError
	switch {
	case !errors.As(err, &unknown):
		return err.Error()
	case unknown.Err == nil && unknown.Source == "":
		return nobody(unknown.Others)
	case unknown.Err == nil:
		return unknown.Source + " named no process"
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("%s did not answer in %s", unknown.Source, resolver.Rounded(unknown.After, 100*time.Millisecond))
	}
	return unknown.Err.Error()
}

// nobody says why none of those who were asked has named a process.
func nobody(asked []resolver.Other) string {
	texts := []string{"nobody named its process"}
	for _, other := range asked {
		texts = append(texts, fmt.Sprintf("%s: %s", other.Source, other.Reason))
	}
	return strings.Join(texts, "; ")
}

func newPodOutput(p *resolver.Pod) *podOutput {
	if p == nil {
		return nil
	}
	return &podOutput{Namespace: p.Namespace, Name: p.Name, UID: p.UID, Container: p.Container}
}

// live reports whether a container is listed without -a.
func (r psRow) live() bool {
	return r.State == resolver.Running || r.State == resolver.Paused || r.State == resolver.Unknown
}

func compareRows(a, b psRow) int {
	return cmp.Or(
		cmp.Compare(a.Namespace, b.Namespace),
		cmp.Compare(a.pod(), b.pod()),
		cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.ID, b.ID),
	)
}

func (r psRow) pod() string {
	if r.Pod == nil {
		return ""
	}
	return r.Pod.Namespace + "/" + r.Pod.Name
}
