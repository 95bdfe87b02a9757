package bench

import (
	"strings"
	"testing"
	"time"
)

func TestQuantile(t *testing.T) {
	values := []time.Duration{5, 1, 4, 2, 3}
	for part, want := range map[float64]time.Duration{0: 1, 0.1: 1, 0.5: 3, 0.9: 5, 1: 5} {
		if got := quantile(values, part); got != want {
			t.Errorf("%v: %d, want %d", part, got, want)
		}
	}
	if quantile(nil, 0.5) != 0 || ratio(nil, values) != 0 {
		t.Error("of nothing")
	}
	if got := ratio([]time.Duration{6}, values); got != 2 {
		t.Errorf("ratio %v", got)
	}
}

func TestTable(t *testing.T) {
	s := section{title: "One", head: []string{"a", "b"}, rows: [][]string{{"x", "1"}, {"long", "22"}}, notes: []string{"said"}}
	want := "## One\n\n| a | b |\n|---|---|\n| x | 1 |\n| long | 22 |\n\nsaid\n\n"
	if got := s.markdown(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestPlot(t *testing.T) {
	svg := plot("title <&>", []bar{{"nsenter", 3 * time.Millisecond}, {"ctr", 90 * time.Millisecond}})
	for _, want := range []string{"<svg ", "title &lt;&amp;&gt;", ">nsenter<", ">90.0 ms, 30.0 ×<", "</svg>"} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %q in %s", want, svg)
		}
	}
}
