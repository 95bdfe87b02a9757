package bench

import (
	"os"
	"testing"
)

// BenchmarkAll makes all measurements, once, and writes the report to the
// directory results, or to the one that SIDESTEP_BENCH names.
func BenchmarkAll(b *testing.B) {
	w := newWorld(b)
	for _, measure := range []func(*testing.B){
		w.execTrue, w.docker, w.podman, w.references, w.phases, w.startUp, w.systemCalls, w.memory, w.bulk, w.many, w.records, w.stuckShims,
	} {
		measure(b)
	}
	dir := os.Getenv("SIDESTEP_BENCH")
	if dir == "" {
		dir = "results"
	}
	w.write(b, dir, w.head())
}
