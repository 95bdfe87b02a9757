package plugin

import (
	"bytes"
	"encoding/json"
	"testing"
)

// What a terminal may take for an escape code, or for text in another order,
// is escaped, and means the same to whoever parses it.
func TestJSONIsPrintableAndTheSame(t *testing.T) {
	const name = "a\u009b31m\x7f\u202eb\U000e0001 \x1b[2J\n\u00e9"
	var b bytes.Buffer
	if err := writeJSON(&b, map[string]string{"name": name}); err != nil {
		t.Fatal(err)
	}
	compare(t, b.String(), "{\n  \"name\": \"a\\u009b31m\\u007f\\u202eb\\udb40\\udc01 \\u001b[2J\\n\u00e9\"\n}\n")
	var back map[string]string
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || back["name"] != name {
		t.Errorf("%q, %v", back["name"], err)
	}
}

func TestNameIsOneColumn(t *testing.T) {
	row := psRow{ID: "c1", Namespace: "default", Name: "a   1   running", State: "stopped"}
	var b bytes.Buffer
	if err := writeRows(&b, []psRow{row}, false, formatTable); err != nil {
		t.Fatal(err)
	}
	compare(t, b.String(), "CONTAINER ID   NAMESPACE   NAME                POD   PID   STATE     SHARED\n"+
		"c1             default     \"a   1   running\"   -     -     stopped   -\n")
}
