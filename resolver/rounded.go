package resolver

import "time"

// Rounded returns a time rounded to a unit or, where it is shorter, to the tenth
// of it, and so on: nobody is waited for in no time.
func Rounded(d, unit time.Duration) time.Duration {
	for d < unit && unit > time.Nanosecond {
		unit /= 10
	}
	return d.Round(unit)
}
