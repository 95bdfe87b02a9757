package bench

import (
	"regexp"
	"testing"
	"time"
)

// debugLine is what --debug says: how long after the line was read, and what.
var debugLine = regexp.MustCompile(`(?m)^sidestep: debug: (\S+): (?:(".*)|(the command runs)|(the command ended)).*$`)

// phases says where the time of one exec goes, by what --debug says of it.
func (w *world) phases(b *testing.B) {
	var around, found, entered, command []time.Duration
	for range w.rounds {
		begin := time.Now()
		out, err := output(w.sidestep, "--debug", "exec", w.plain.ID, "true")
		whole := time.Since(begin)
		if err != nil {
			b.Fatal(err)
		}
		lines := debugLine.FindAllStringSubmatch(out, -1)
		if len(lines) != 3 {
			b.Fatalf("--debug says %q", out)
		}
		var after [3]time.Duration
		for i, line := range lines {
			if after[i], err = time.ParseDuration(line[1]); err != nil {
				b.Fatal(err)
			}
		}
		around, found = append(around, whole-after[2]), append(found, after[0])
		entered, command = append(entered, after[1]-after[0]), append(command, after[2]-after[1])
	}
	s := w.add("Where the time of one exec true goes", "", "median, ms")
	for _, row := range []struct {
		what string
		took []time.Duration
	}{
		{"start of the program and its command line; its end", around},
		{"the questions to containerd and their answers, what is read of the caller meanwhile, the proof that the process is the one", found},
		{"what is read of the container, the decision, the executor, what is looked at from outside", entered},
		{"the command itself, `true`, and the wait for its end", command},
	} {
		s.row(row.what, ms(median(row.took)))
	}
	s.note("As --debug says, in steps of 0.1 ms, whose lines take their time too.")
}
