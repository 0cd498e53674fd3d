package verify_test

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
)

// dice are drawn from a program: the same bytes, the same throws. When they run out
// all throws are 0.
type dice struct{ b []byte }

func (d *dice) empty() bool { return len(d.b) == 0 }

// n is a throw from 0 to below k.
func (d *dice) n(k int) int {
	if k <= 1 || len(d.b) == 0 {
		return 0
	}
	v := int(d.b[0])
	d.b = d.b[1:]
	if k > 256 && len(d.b) > 0 {
		v = v<<8 | int(d.b[0])
		d.b = d.b[1:]
	}
	return v % k
}

// one says yes once in k.
func (d *dice) one(k int) bool { return d.n(k) == k-1 }

// places are all values inside a struct that can be changed, by what they are:
// "Header.Time", "Bundle.Entries[]"; and these names in order. Those of one name are
// of one type.
func places(root any) (map[string][]reflect.Value, []string) {
	all := map[string][]reflect.Value{}
	gather("", reflect.ValueOf(root), all)
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	return all, names
}

var bytesType = reflect.TypeFor[[]byte]()

func gather(name string, v reflect.Value, all map[string][]reflect.Value) {
	if v.CanSet() && name != "" {
		all[name] = append(all[name], v)
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			gather("", v.Elem(), all)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.IsExported() && !strings.HasPrefix(f.Name, "XXX") {
				gather(v.Type().Name()+"."+f.Name, v.Field(i), all)
			}
		}
	case reflect.Slice:
		for i := 0; i < v.Len() && v.Type() != bytesType; i++ {
			gather(name+"[]", v.Index(i), all)
		}
	}
}

// alter changes one value inside root: by itself, or to what stands at the same place
// elsewhere, in root or in a donor of root's type. It says what it changed.
func alter(d *dice, root, donor any) string {
	all, names := places(root)
	if len(names) == 0 {
		return "nothing"
	}
	name := names[d.n(len(names))]
	v := all[name][d.n(len(all[name]))]
	if d.one(3) {
		others := all[name]
		if donor != nil && d.one(2) {
			theirs, _ := places(donor)
			others = append(slices.Clone(others), theirs[name]...)
		}
		if o := others[d.n(len(others))]; o.Type() == v.Type() {
			mine := reflect.New(v.Type()).Elem()
			mine.Set(v)
			v.Set(o)
			if o.CanSet() && d.one(2) {
				o.Set(mine) // exchange
			}
			return name + " taken from elsewhere"
		}
	}
	changeValue(d, name, v)
	return name + " changed"
}

func changeValue(d *dice, name string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Uint32, reflect.Uint64:
		v.SetUint(number(d, v.Uint()) & (1<<v.Type().Bits() - 1))
	case reflect.Int32, reflect.Int64:
		v.SetInt(int64(number(d, uint64(v.Int()))) & (1<<(v.Type().Bits()-1) - 1))
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.String:
		v.SetString(string(changeBytes(d, []byte(v.String()))))
	case reflect.Array:
		b := make([]byte, v.Len())
		reflect.Copy(reflect.ValueOf(b), v)
		b[d.n(len(b))] ^= 1 << d.n(8)
		reflect.Copy(v, reflect.ValueOf(b))
	case reflect.Interface, reflect.Struct:
		v.SetZero()
	case reflect.Pointer:
		if list := strings.HasSuffix(name, "[]"); list || v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		} else {
			v.SetZero()
		}
	case reflect.Slice:
		if v.Type() == bytesType {
			v.SetBytes(changeBytes(d, v.Bytes()))
			return
		}
		v.Set(changeList(d, v))
	}
}

// number is another number: near, small, large, or with a bit turned.
func number(d *dice, n uint64) uint64 {
	switch d.n(8) {
	case 0:
		return n + 1
	case 1:
		return n - 1
	case 2:
		return 0
	case 3:
		return uint64(d.n(128))
	case 4:
		return 1<<63 - 1
	case 5:
		return n + uint64(d.n(1<<16))*1e9
	case 6:
		return n - uint64(d.n(1<<16))*1e9
	}
	return n ^ 1<<d.n(64)
}

// changeBytes flips, puts in, takes out or cuts off; the old bytes stay as they are.
func changeBytes(d *dice, b []byte) []byte {
	if len(b) == 0 {
		return []byte{byte(d.n(256))}
	}
	b, at := bytes.Clone(b), d.n(len(b))
	switch d.n(8) {
	case 0:
		return slices.Insert(b, at, byte(d.n(256)))
	case 1:
		return slices.Delete(b, at, at+1)
	case 2:
		return b[:at]
	case 3:
		b[at] = byte(d.n(256))
	case 4:
		return append(b, bytes.Repeat([]byte{byte(d.n(256))}, 1+d.n(40))...)
	case 5:
		return nil
	default:
		b[at] ^= 1 << d.n(8)
	}
	return b
}

// changeList drops, doubles, exchanges, turns round or cuts off elements.
func changeList(d *dice, v reflect.Value) reflect.Value {
	n := v.Len()
	out := reflect.MakeSlice(v.Type(), 0, n+1)
	if n == 0 {
		if e := v.Type().Elem(); e.Kind() != reflect.Pointer {
			return reflect.Append(out, reflect.Zero(e))
		}
		return out
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	at, other := d.n(n), d.n(n)
	switch d.n(6) {
	case 0, 1:
		order = slices.Delete(order, at, at+1)
	case 2:
		order = slices.Insert(order, other, at)
	case 3:
		order[at], order[other] = order[other], order[at]
	case 4:
		slices.Reverse(order)
	case 5:
		order = order[:at]
	}
	for _, i := range order {
		out = reflect.Append(out, v.Index(i))
	}
	return out
}
