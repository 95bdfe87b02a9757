package nsenter

import (
	"fmt"
	"os"
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
		go func() {
			if late, ok := any((<-done).value).(*os.File); ok {
				late.Close() // also when there is none
			}
		}()
		var none T
		return none, &StepError{Step: what, Err: fmt.Errorf("the container did not allow it in %v", deadline)}
	}
}
