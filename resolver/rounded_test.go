package resolver

import (
	"testing"
	"time"
)

func TestRounded(t *testing.T) {
	for d, want := range map[time.Duration]time.Duration{
		203 * time.Millisecond: 200 * time.Millisecond, 12 * time.Millisecond: 10 * time.Millisecond,
		6 * time.Millisecond: 6 * time.Millisecond, 1234 * time.Microsecond: time.Millisecond,
		123 * time.Nanosecond: 100 * time.Nanosecond, time.Nanosecond: time.Nanosecond, 0: 0,
	} {
		if got := Rounded(d, 10*time.Millisecond); got != want {
			t.Errorf("%s: %s, want %s", d, got, want)
		}
	}
}
