package containerd

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// fill gives every field of a value, as deep as it goes, something that is not
// its zero value.
func fill(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Pointer:
		if depth > 12 {
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), depth+1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), depth+1)
		fill(v.Index(1), depth+1)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, depth+1)
		fill(value, depth+1)
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(7)
	}
}

// All fields that Spec says it decodes are what encoding/json makes of them.
func TestSpecIsWhatTheWholeTypeDecodes(t *testing.T) {
	var full specs.Spec
	fill(reflect.ValueOf(&full).Elem(), 0)
	data, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	var want specs.Spec
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	got, err := (&Record{ID: "web", SpecJSON: data}).Spec()
	if err != nil {
		t.Fatal(err)
	}
	for i := range want.Mounts {
		want.Mounts[i].UIDMappings, want.Mounts[i].GIDMappings = nil, nil
	}
	expect := &specs.Spec{
		Version: want.Version, Process: want.Process, Root: want.Root, Hostname: want.Hostname, Annotations: want.Annotations, Mounts: want.Mounts,
		Linux: &specs.Linux{
			CgroupsPath: want.Linux.CgroupsPath, Namespaces: want.Linux.Namespaces,
			Personality: want.Linux.Personality, MemoryPolicy: want.Linux.MemoryPolicy,
			Seccomp: &specs.LinuxSeccomp{
				DefaultAction: want.Linux.Seccomp.DefaultAction, Syscalls: make([]specs.LinuxSyscall, len(want.Linux.Seccomp.Syscalls)),
				Flags:        want.Linux.Seccomp.Flags,
				ListenerPath: want.Linux.Seccomp.ListenerPath, ListenerMetadata: want.Linux.Seccomp.ListenerMetadata,
			},
		},
	}
	if !reflect.DeepEqual(got, expect) {
		t.Errorf("got  %+v\nwant %+v", got, expect)
	}
}

func TestSpecThatLacksParts(t *testing.T) {
	for _, data := range []string{`{}`, `{"linux":{}}`, `{"process":null,"linux":{"seccomp":null}}`} {
		var want specs.Spec
		if err := json.Unmarshal([]byte(data), &want); err != nil {
			t.Fatal(err)
		}
		got, err := (&Record{SpecJSON: []byte(data)}).Spec()
		if err != nil || !reflect.DeepEqual(got, &want) {
			t.Errorf("%s: %+v, %v", data, got, err)
		}
	}
}
