// Package jsonvalue reads JSON texts that programs of root's have written, of
// which sidestep wants a few members: in one pass, and each value strictly of the
// type that it should have.
//
// encoding/json looks at the types of all that could be decoded before it begins,
// and at how they would be encoded: that takes longer than to find a container.
// A tree of all values takes more memory than everything else of an exec.
package jsonvalue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/tidwall/gjson"
)

// maxNested bounds the objects and arrays of a text, and so how deep they can
// be in each other: gjson goes into them by recursion. A spec has some hundred,
// a list of all containers of a host some for each.
const maxNested = 1 << 19

// Read parses a text and shows its value. The error says that the text is not
// JSON, or which member was the first to have another type than was asked for.
func Read(data []byte, show func(Value)) error {
	if bytes.Count(data, []byte("{"))+bytes.Count(data, []byte("[")) > maxNested {
		return fmt.Errorf("it has more than %d objects and arrays", maxNested)
	}
	if !gjson.ValidBytes(data) {
		return why(data)
	}
	var first error
	show(Value{first: &first, json: gjson.ParseBytes(data)})
	return first
}

// ReadMembers shows the members of a text that is an object, as Members does.
func ReadMembers(data []byte, show func(name string, member Value)) error {
	return Read(data, func(v Value) { v.Members(show) })
}

// why says why a text is not JSON.
func why(data []byte) error {
	var text json.RawMessage
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	return errors.New("it is not JSON")
}

// Value is a value of a text. What is read of one that is null is the zero value,
// as for encoding/json.
type Value struct {
	first *error // the first that was of another type
	name  string // of the member that it is or belongs to; "" for the whole text
	json  gjson.Result
}

func (v Value) is(kind string, right bool) bool {
	if v.json.Type == gjson.Null {
		return false
	}
	if !right {
		v.fail(errors.New("it is not " + kind))
	}
	return right
}

func (v Value) fail(err error) {
	switch {
	case *v.first != nil:
	case v.name == "":
		*v.first = err
	default:
		*v.first = fmt.Errorf("%q: %w", v.name, err)
	}
}

// Members shows the members of an object, but those that are null.
func (v Value) Members(show func(name string, member Value)) {
	if !v.is("an object", v.json.IsObject()) {
		return
	}
	v.json.ForEach(func(key, value gjson.Result) bool {
		if value.Type != gjson.Null {
			show(key.Str, Value{v.first, key.Str, value})
		}
		return true
	})
}

// Elements shows the elements of an array.
func (v Value) Elements(show func(element Value)) {
	if !v.is("an array", v.json.IsArray()) {
		return
	}
	v.json.ForEach(func(_, value gjson.Result) bool {
		show(Value{v.first, v.name, value})
		return true
	})
}

// All returns the elements of an array, as take reads them; nil for null.
func All[T any](v Value, take func(Value) T) []T {
	var all []T
	if v.json.IsArray() {
		all = []T{}
	}
	v.Elements(func(element Value) { all = append(all, take(element)) })
	return all
}

// Text returns a string.
func (v Value) Text() string {
	if !v.is("a string", v.json.Type == gjson.String) {
		return ""
	}
	return v.json.Str
}

// Texts returns an array of strings.
func (v Value) Texts() []string { return All(v, Value.Text) }

// TextMap returns an object whose members are strings.
func (v Value) TextMap() map[string]string {
	if !v.is("an object", v.json.IsObject()) {
		return nil
	}
	texts := map[string]string{}
	v.Members(func(name string, member Value) { texts[name] = member.Text() })
	return texts
}

// Flag returns true or false.
func (v Value) Flag() bool {
	return v.is("true or false", v.json.IsBool()) && v.json.Bool()
}

// Uint64 returns a number that is not negative and has no fraction.
func (v Value) Uint64() uint64 { return v.unsigned(64) }

// Uint32 returns a number that is not negative, has no fraction and fits.
func (v Value) Uint32() uint32 { return uint32(v.unsigned(32)) }

func (v Value) unsigned(bits int) uint64 {
	if !v.is("a number", v.json.Type == gjson.Number) {
		return 0
	}
	n, err := strconv.ParseUint(v.json.Raw, 10, bits)
	if err != nil {
		v.fail(err)
	}
	return n
}

// Time returns a time as RFC 3339 writes it.
func (v Value) Time() (at time.Time) {
	if !v.is("a string", v.json.Type == gjson.String) {
		return at
	}
	if err := at.UnmarshalText([]byte(v.json.Str)); err != nil {
		v.fail(err)
	}
	return at
}

// Decode decodes a value with encoding/json: one that few texts have.
func (v Value) Decode(into any) {
	if err := json.Unmarshal([]byte(v.json.Raw), into); err != nil {
		v.fail(err)
	}
}
