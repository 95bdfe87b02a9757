package containerd

import (
	"encoding/json"
	"fmt"

	"github.com/valyala/fastjson"
)

// decoder takes the values out of a parsed JSON text. It keeps the first error:
// that something is of another type than it should be. What is not there, or is
// null, is the zero value, as for encoding/json.
type decoder struct{ err error }

func (d *decoder) fail(name string, err error) {
	if d.err == nil {
		d.err = fmt.Errorf("%q: %w", name, err)
	}
}

// object is an object of the text.
type object struct {
	*decoder
	value *fastjson.Object // nil: it is not there
}

// object returns a value that has to be an object.
func (d *decoder) object(v *fastjson.Value, name string) object {
	o, err := v.Object()
	if err != nil {
		d.fail(name, err)
	}
	return object{d, o}
}

// get returns a member, unless there is none.
func (o object) get(name string) (*fastjson.Value, bool) {
	if o.value == nil {
		return nil, false
	}
	v := o.value.Get(name)
	return v, v != nil && v.Type() != fastjson.TypeNull
}

// member returns a member that has to be an object.
func (o object) member(name string) (object, bool) {
	v, ok := o.get(name)
	if !ok {
		return object{}, false
	}
	return o.object(v, name), true
}

// one returns a member as take reads it.
func one[T any](o object, name string, take func(*fastjson.Value) (T, error)) T {
	var value T
	v, ok := o.get(name)
	if !ok {
		return value
	}
	value, err := take(v)
	if err != nil {
		o.fail(name, err)
	}
	return value
}

// each returns the elements of a member that has to be an array, as take reads them.
func each[T any](o object, name string, take func(*fastjson.Value) (T, error)) []T {
	values := o.values(name)
	if values == nil {
		return nil
	}
	all := make([]T, len(values))
	for i, v := range values {
		var err error
		if all[i], err = take(v); err != nil {
			o.fail(name, err)
		}
	}
	return all
}

// values returns the elements of a member that has to be an array.
func (o object) values(name string) []*fastjson.Value {
	return one(o, name, (*fastjson.Value).Array)
}

// members returns the elements of a member that has to be an array of objects.
func (o object) members(name string) []object {
	var all []object
	for _, v := range o.values(name) {
		all = append(all, o.object(v, name))
	}
	return all
}

func (o object) text(name string) string    { return one(o, name, asText) }
func (o object) texts(name string) []string { return each(o, name, asText) }
func (o object) flag(name string) bool      { return one(o, name, (*fastjson.Value).Bool) }
func (o object) number(name string) uint64  { return one(o, name, (*fastjson.Value).Uint64) }
func (o object) id(name string) uint32      { return one(o, name, asID) }
func (o object) ids(name string) []uint32   { return each(o, name, asID) }

func asText(v *fastjson.Value) (string, error) {
	text, err := v.StringBytes()
	return string(text), err
}

func asID(v *fastjson.Value) (uint32, error) {
	n, err := v.Uint64()
	if err == nil && n > 1<<32-1 {
		err = fmt.Errorf("%d is too large", n)
	}
	return uint32(n), err
}

func (o object) textMap(name string) map[string]string {
	member, ok := o.member(name)
	if !ok || member.value == nil {
		return nil
	}
	texts := make(map[string]string, member.value.Len())
	member.value.Visit(func(key []byte, v *fastjson.Value) {
		text, err := asText(v)
		if err != nil {
			o.fail(name, err)
		}
		texts[string(key)] = text
	})
	return texts
}

// rare decodes a member that few have with encoding/json.
func (o object) rare(name string, into any) {
	v, ok := o.get(name)
	if !ok {
		return
	}
	if err := json.Unmarshal(v.MarshalTo(nil), into); err != nil {
		o.fail(name, err)
	}
}
