package containerd

import (
	"bytes"
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
	want.Process.Terminal, want.Process.ConsoleSize, want.Process.CommandLine = false, nil, ""
	expect := &specs.Spec{
		Version: want.Version, Process: want.Process, Hostname: want.Hostname, Annotations: want.Annotations, Mounts: want.Mounts,
		Linux: &specs.Linux{
			CgroupsPath: want.Linux.CgroupsPath, Namespaces: want.Linux.Namespaces,
			Personality: want.Linux.Personality, MemoryPolicy: want.Linux.MemoryPolicy,
			Seccomp: &specs.LinuxSeccomp{
				DefaultAction: want.Linux.Seccomp.DefaultAction, Syscalls: []specs.LinuxSyscall{{}},
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
	for _, data := range []string{`{}`, `{"linux":{}}`, `{"process":null,"linux":{"seccomp":null}}`, `{"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ERRNO"}}}`} {
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

// A value of another type than the specification's is refused, wherever it is:
// what the container may do must not be what a value that was skipped allows.
func TestSpecOfOtherTypesIsRefused(t *testing.T) {
	for _, data := range []string{
		``, `[]`, `"x"`, `{"process":1}`, `{"process":{"args":"x"}}`, `{"process":{"args":[1]}}`, `{"process":{"cwd":[]}}`,
		`{"process":{"noNewPrivileges":"true"}}`, `{"process":{"user":[]}}`, `{"process":{"user":{"uid":-1}}}`,
		`{"process":{"user":{"uid":4294967296}}}`, `{"process":{"user":{"uid":0.5}}}`, `{"process":{"user":{"additionalGids":["1"]}}}`,
		`{"process":{"capabilities":[]}}`, `{"process":{"capabilities":{"bounding":"CAP_KILL"}}}`, `{"process":{"rlimits":[[]]}}`,
		`{"process":{"rlimits":[{"type":"x","hard":18446744073709551616}]}}`, `{"process":{"oomScoreAdj":"1"}}`, `{"process":{"scheduler":1}}`,
		`{"linux":[]}`, `{"linux":{"namespaces":[{"type":1}]}}`, `{"linux":{"seccomp":{"flags":"x"}}}`, `{"linux":{"seccomp":{"syscalls":{}}}}`,
		`{"linux":{"personality":1}}`, `{"mounts":{}}`, `{"annotations":{"a":1}}`, `{}{}`, `{"process":{}`,
	} {
		if spec, err := (&Record{SpecJSON: []byte(data)}).Spec(); err == nil {
			t.Errorf("%s: %+v", data, spec)
		}
		var whole specs.Spec
		if json.Unmarshal([]byte(data), &whole) == nil {
			t.Errorf("%s: encoding/json takes it", data)
		}
	}
}

// FuzzSpec: of what encoding/json can write of any spec, Spec decodes the same.
func FuzzSpec(f *testing.F) {
	for _, data := range []string{
		`{"ociVersion":"1.1.0","process":{"args":["a\u00e9\n"],"env":["K=\"v\""],"user":{"uid":1,"umask":18},"cwd":"/"},"linux":{"seccomp":{"syscalls":[{"names":["read"]}]}}}`,
		`{"mounts":[{"destination":"/x","options":[]}],"annotations":{"\ud83d\ude00":"x"},"process":{"rlimits":[{"type":"R","hard":18446744073709551615,"soft":0}]}}`,
	} {
		f.Add([]byte(data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := (&Record{SpecJSON: data}).Spec()
		if err == nil && got == nil {
			t.Fatal("neither a spec nor an error")
		}
		var whole specs.Spec
		if json.Unmarshal(data, &whole) != nil {
			return
		}
		canonical, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		if got, err = (&Record{SpecJSON: canonical}).Spec(); err != nil {
			t.Fatalf("%s: %v", canonical, err)
		}
		want := shown(whole)
		have, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(have, want) {
			t.Fatalf("got  %s\nwant %s", have, want)
		}
	})
}

// shown is what Spec decodes of a spec, as JSON.
func shown(whole specs.Spec) []byte {
	s := specs.Spec{Version: whole.Version, Hostname: whole.Hostname, Annotations: whole.Annotations}
	if p := whole.Process; p != nil {
		p.Terminal, p.ConsoleSize, p.CommandLine = false, nil, ""
		s.Process = p
	}
	for _, m := range whole.Mounts {
		s.Mounts = append(s.Mounts, specs.Mount{Destination: m.Destination, Type: m.Type, Source: m.Source, Options: m.Options})
	}
	if l := whole.Linux; l != nil {
		s.Linux = &specs.Linux{CgroupsPath: l.CgroupsPath, Namespaces: l.Namespaces, Personality: l.Personality, MemoryPolicy: l.MemoryPolicy}
		if p := l.Seccomp; p != nil {
			s.Linux.Seccomp = &specs.LinuxSeccomp{
				DefaultAction: p.DefaultAction, Syscalls: make([]specs.LinuxSyscall, min(len(p.Syscalls), 1)), Flags: p.Flags,
				ListenerPath: p.ListenerPath, ListenerMetadata: p.ListenerMetadata,
			}
		}
	}
	data, _ := json.Marshal(s) // it was marshalled before
	return data
}
