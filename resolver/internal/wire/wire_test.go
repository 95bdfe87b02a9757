package wire

import (
	"testing"

	task "github.com/containerd/containerd/api/runtime/task/v3"
	"google.golang.org/protobuf/proto"
)

// TestWrite: what is written means the same to the generated code.
func TestWrite(t *testing.T) {
	var got task.StateResponse
	message := AppendUint(AppendString(AppendString(nil, 1, "web"), 2, []byte("/run/x")), 3, 1<<32-1)
	message = AppendUint(AppendString(message, 5, ""), 4, 0)
	if err := proto.Unmarshal(message, &got); err != nil {
		t.Fatal(err)
	}
	want := task.StateResponse{ID: "web", Bundle: "/run/x", Pid: 1<<32 - 1}
	if !proto.Equal(&got, &want) {
		t.Errorf("got %v, want %v", &got, &want)
	}
}

// TestRead: what the generated code writes is read.
func TestRead(t *testing.T) {
	message, err := proto.Marshal(&task.StateResponse{ID: "web", Pid: 300, Terminal: true})
	if err != nil {
		t.Fatal(err)
	}
	got := map[int]Field{}
	if err := Each(message, func(f Field) error { got[f.Number] = f; return nil }); err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || string(got[1].Bytes) != "web" || got[3].Uint != 300 || got[8].Uint != 1 {
		t.Errorf("got %v", got)
	}
}

func TestBad(t *testing.T) {
	for name, message := range map[string][]byte{
		"no number":                 {0x08},
		"a number without end":      {0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"no length":                 {0x0a},
		"a length beyond the end":   {0x0a, 0x02, 'a'},
		"a length beyond all":       {0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01},
		"field 0":                   {0x00, 0x00},
		"four bytes cut off":        {0x0d, 1, 2, 3},
		"eight bytes cut off":       {0x09, 1, 2, 3, 4, 5, 6, 7},
		"a group, which is no more": {0x0b},
	} {
		if err := Each(message, func(Field) error { return nil }); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestStepOver(t *testing.T) {
	message := append([]byte{0x0d, 1, 2, 3, 4, 0x11, 1, 2, 3, 4, 5, 6, 7, 8}, AppendUint(nil, 3, 7)...)
	var got []Field
	if err := Each(message, func(f Field) error { got = append(got, f); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].Uint != 7 {
		t.Errorf("got %v", got)
	}
}

func FuzzEach(f *testing.F) {
	f.Add([]byte{0x0a, 0x01, 'a', 0x18, 0x05})
	f.Fuzz(func(t *testing.T, message []byte) {
		total := 0
		_ = Each(message, func(f Field) error { total += len(f.Bytes); return nil })
		if total > len(message) {
			t.Errorf("%d bytes of %d", total, len(message))
		}
	})
}
