package monitor

import (
	"os"
	"strings"
	"testing"
)

func slackOf(t *testing.T, thread string) string {
	t.Helper()
	data, err := os.ReadFile("/proc/" + thread + "/timerslack_ns")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(data))
}

func TestCalm(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs CAP_SYS_NICE") // hack/test runs it as root
	}
	all, err := threads()
	if err != nil || len(all) < 2 {
		t.Fatalf("threads: %v, %v", all, err)
	}
	before := slackOf(t, all[1])
	for range 2 {
		if err := Calm(); err != nil {
			t.Fatal(err)
		}
		if got := slackOf(t, all[1]); got != "20000000" {
			t.Errorf("calm: %s", got)
		}
	}
	if got := slackOf(t, "self"); got != before {
		t.Errorf("the process's own: %s, before %s", got, before)
	}
	if ns, err := Slack(); err != nil || ns != 50_000 {
		t.Errorf("Slack: %d, %v", ns, err)
	}
	Restore()
	if got := slackOf(t, all[1]); got != before {
		t.Errorf("restored: %s, before %s", got, before)
	}
	Restore() // of nothing
}
