package docker

import (
	"strings"
	"testing"
)

func TestNamed(t *testing.T) {
	compose := func(name, number, oneOff string) Record {
		return Record{Name: name, Labels: map[string]string{
			composeProject: "shop", composeService: "web", composeNumber: number, composeOneOff: oneOff,
		}}
	}
	tests := []struct {
		record Record
		text   string
		want   bool
	}{
		{Record{Name: "web"}, "web", true},
		{Record{Name: "web"}, "we", false},
		{Record{}, "", false},
		{compose("custom", "1", "False"), "custom", true},
		{compose("custom", "1", "False"), "web", true},
		{compose("custom", "1", "False"), "shop-web-1", true},
		{compose("custom", "1", ""), "shop_web_1", true},
		{compose("custom", "1", "False"), "shop-web-2", false},
		{compose("custom", "", "False"), "shop-web-", false},
		{compose("shop-web-run-1", "1", "True"), "web", false},
		{compose("shop-web-run-1", "1", "True"), "shop-web-run-1", true},
	}
	for _, test := range tests {
		if got := test.record.Named(test.text); got != test.want {
			t.Errorf("%+v named %q: %t", test.record, test.text, got)
		}
	}
}

func TestState(t *testing.T) {
	id := strings.Repeat("0a", 32)
	tests := map[string]string{
		`{"Running":true,"StartedAt":"2026-03-01T12:00:01Z"}`:                   "running",
		`{"Running":true,"Paused":true,"StartedAt":"2026-03-01T12:00:01Z"}`:     "paused",
		`{"Running":true,"Restarting":true,"StartedAt":"2026-03-01T12:00:01Z"}`: "restarting",
		`{"StartedAt":"0001-01-01T00:00:00Z"}`:                                  "created",
		`{"StartedAt":"2026-03-01T12:00:01Z"}`:                                  "exited",
		`{"Dead":true}`:                                                         "dead",
		`{"RemovalInProgress":true}`:                                            "removing",
	}
	for state, want := range tests {
		record, err := parseConfig([]byte(`{"ID":"` + id + `","State":` + state + `}`))
		if err != nil || record.State != want {
			t.Errorf("%s: %q, %v, want %q", state, record.State, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	id := strings.Repeat("0a", 32)
	f.Add([]byte(`{"ID":"` + id + `","Name":"/web","State":{"Running":true},"Config":{"Labels":{"a":"b"}}}`))
	f.Add([]byte(`[{"Id":"` + id + `","Names":["/a/b","/web",""],"Created":-1,"Labels":null}]`))
	f.Add([]byte(`{"data-root":"/a/../b"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if record, err := parseConfig(data); err == nil && (!validID(record.ID) || strings.Contains(record.Name, "/")) {
			t.Errorf("parseConfig: %+v", record)
		}
		records, err := parseList(data)
		for _, record := range records {
			if err != nil || !validID(record.ID) || strings.Contains(record.Name, "/") {
				t.Errorf("parseList: %+v, %v", record, err)
			}
		}
		if dir := configuredRoot(data); dir != "" && (dir[0] != '/' || strings.Contains(dir, "/../")) {
			t.Errorf("configuredRoot: %q", dir)
		}
	})
}
