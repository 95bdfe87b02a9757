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

// values returns the elements of a member that has to be an array.
func (o object) values(name string) []*fastjson.Value {
	v, ok := o.get(name)
	if !ok {
		return nil
	}
	all, err := v.Array()
	if err != nil {
		o.fail(name, err)
	}
	return all
}

// members returns the elements of a member that has to be an array of objects.
func (o object) members(name string) []object {
	var all []object
	for _, v := range o.values(name) {
		all = append(all, o.object(v, name))
	}
	return all
}

func (o object) text(name string) string {
	v, ok := o.get(name)
	if !ok {
		return ""
	}
	return o.asText(v, name)
}

func (d *decoder) asText(v *fastjson.Value, name string) string {
	text, err := v.StringBytes()
	if err != nil {
		d.fail(name, err)
	}
	return string(text)
}

func (o object) texts(name string) []string {
	values := o.values(name)
	if values == nil {
		return nil
	}
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = o.asText(v, name)
	}
	return texts
}

func (o object) textMap(name string) map[string]string {
	member, ok := o.member(name)
	if !ok || member.value == nil {
		return nil
	}
	texts := make(map[string]string, member.value.Len())
	member.value.Visit(func(key []byte, v *fastjson.Value) { texts[string(key)] = o.asText(v, name) })
	return texts
}

func (o object) flag(name string) bool {
	v, ok := o.get(name)
	if !ok {
		return false
	}
	on, err := v.Bool()
	if err != nil {
		o.fail(name, err)
	}
	return on
}

func (o object) number(name string) uint64 {
	v, ok := o.get(name)
	if !ok {
		return 0
	}
	n, err := v.Uint64()
	if err != nil {
		o.fail(name, err)
	}
	return n
}

func (o object) id(name string) uint32 {
	v, ok := o.get(name)
	if !ok {
		return 0
	}
	return o.asID(v, name)
}

func (d *decoder) asID(v *fastjson.Value, name string) uint32 {
	n, err := v.Uint64()
	if err == nil && n > 1<<32-1 {
		err = fmt.Errorf("%d is too large", n)
	}
	if err != nil {
		d.fail(name, err)
	}
	return uint32(n)
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
