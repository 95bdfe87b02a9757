package nsenter

import (
	"fmt"
	"time"
)

// bounded looks, and gives up after the deadline. A look that has begun cannot
// be taken back: it is left behind, and ends with this process.
func bounded[T any](what string, deadline time.Duration, look func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		value, err := look()
		done <- outcome{value, err}
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-time.After(deadline):
		var none T
		return none, &StepError{Step: what, Err: fmt.Errorf("the container did not let it be read in %v", deadline)}
	}
}
