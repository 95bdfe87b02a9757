package testbed

import (
	"testing"
	"time"
)

// Eventually asks again and again until the answer is yes, and ends the test
// when it is not after the timeout. what completes "waited 5s until …".
func Eventually(t testing.TB, timeout time.Duration, what string, ask func() bool) {
	t.Helper()
	for deadline := time.Now().Add(timeout); !ask(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v until %s: in vain", timeout, what)
		}
	}
}
