package resolver

import "sync"

// inParallel calls do for each of n indexes, at most width at a time, and
// waits for all.
func inParallel(n, width int, do func(i int)) {
	var all sync.WaitGroup
	places := make(chan struct{}, width)
	for i := range n {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			do(i)
		})
	}
	all.Wait()
}
