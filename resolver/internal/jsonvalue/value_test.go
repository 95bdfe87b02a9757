package jsonvalue

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

// all is a type of which every kind of value is read.
type all struct {
	Text   string            `json:"text"`
	Texts  []string          `json:"texts"`
	Map    map[string]string `json:"map"`
	Flag   bool              `json:"flag"`
	Long   uint64            `json:"long"`
	Short  uint32            `json:"short"`
	Shorts []uint32          `json:"shorts"`
	Time   time.Time         `json:"time"`
	Rare   *int              `json:"rare"`
}

func read(data []byte) (all, error) {
	var a all
	err := ReadMembers(data, func(name string, v Value) {
		switch name {
		case "text":
			a.Text = v.Text()
		case "texts":
			a.Texts = v.Texts()
		case "map":
			a.Map = v.TextMap()
		case "flag":
			a.Flag = v.Flag()
		case "long":
			a.Long = v.Uint64()
		case "short":
			a.Short = v.Uint32()
		case "shorts":
			a.Shorts = All(v, Value.Uint32)
		case "time":
			a.Time = v.Time()
		case "rare":
			v.Decode(&a.Rare)
		}
	})
	return a, err
}

func TestReadIsWhatEncodingJSONReads(t *testing.T) {
	for _, data := range []string{
		`{}`, ` { } `, `{"other":{"text":[1,"x"]}}`,
		`{"text":"a\u00e9\n\"","texts":["x","","\ud83d\ude00"],"map":{"k":"v","\t":""},"flag":true}`,
		`{"texts":[],"map":{},"shorts":[],"flag":false,"text":""}`,
		`{"long":18446744073709551615,"short":4294967295,"shorts":[0,1,4294967295],"rare":-3}`,
		`{"time":"2026-11-25T06:51:16.5+01:00"}`, `{"time":null}`,
		`{"text":null,"texts":null,"map":null,"flag":null,"long":null,"shorts":null,"rare":null}`,
	} {
		var want all
		if err := json.Unmarshal([]byte(data), &want); err != nil {
			t.Fatal(err)
		}
		if got, err := read([]byte(data)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", data, got, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for data, want := range map[string]string{
		``: "unexpected end of JSON", `{`: "unexpected end of JSON", `{}{}`: "invalid character '{'", `{"text":"x",}`: "invalid character '}'",
		`{"text":x}`: "invalid character 'x'", "{\"text\":\"\n\"}": "invalid character '\\n'",
		`[]`: "it is not an object", `1`: "it is not an object",
		`{"text":1}`: `"text": it is not a string`, `{"texts":"x"}`: `"texts": it is not an array`, `{"texts":{}}`: `"texts": it is not an array`,
		`{"texts":["x",1]}`: `"texts": it is not a string`, `{"map":[]}`: `"map": it is not an object`, `{"map":{"k":1}}`: `"k": it is not a string`,
		`{"flag":"true"}`: `"flag": it is not true or false`, `{"long":"1"}`: `"long": it is not a number`, `{"long":-1}`: `"long": `, `{"long":1.0}`: `"long": `,
		`{"long":18446744073709551616}`: "out of range", `{"short":4294967296}`: "out of range", `{"rare":"x"}`: `"rare": json: `,
		`{"time":""}`: `"time": `, `{"time":1}`: `"time": it is not a string`, `{"time":"yesterday"}`: `"time": `,
		`{"flag":1,"text":1}`:            `"flag"`, // the first
		strings.Repeat("[", maxNested+1): "more than",
		strings.Repeat("[", maxNested):   "exceeded max depth",
	} {
		if got, err := read([]byte(data)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %+v, %v", data, got, err)
		}
	}
}

// FuzzRead: of what encoding/json can write of the type, Read reads the same, and
// it takes nothing that is not JSON.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"text":"a\u00e9\n","texts":["x"],"map":{"k":"v"},"flag":true,"long":18446744073709551615,"short":1,"shorts":[2],"rare":-3}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := read(data); err == nil && !json.Valid(data) {
			t.Fatalf("%q is not JSON", data)
		}
		var want all
		if json.Unmarshal(data, &want) != nil {
			return
		}
		canonical, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(canonical, &want); err != nil {
			t.Fatal(err)
		}
		if got, err := read(canonical); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: %+v, %v", canonical, got, err)
		}
	})
}
