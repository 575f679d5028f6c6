package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"

	"moonwire/wechat"
)

// bodyBounds are what the body of a call may hold.
var bodyBounds = wechat.JSONBounds{Depth: 64, Values: 200_000}

// exact decodes one JSON text as WeChat reads it: names count only as they are spelt, where encoding/json
// takes them in any letter case. A name that has no field is passed over.
func exact(b []byte, v any) error {
	if _, why := bodyBounds.Check(b); why != "" {
		return errors.New("the JSON text " + why)
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON text")
	}
	prune(tree, reflect.TypeOf(v))
	return json.Unmarshal(quoteJSON(tree), v)
}

// prune takes out of a JSON tree what the type has no field for. Types that read themselves are left alone.
func prune(tree any, t reflect.Type) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return
	}
	switch tree := tree.(type) {
	case []any:
		if t.Kind() == reflect.Slice {
			for _, item := range tree {
				prune(item, t.Elem())
			}
		}
	case map[string]any:
		pruneObject(tree, t)
	}
}

func pruneObject(object map[string]any, t reflect.Type) {
	if t.Kind() == reflect.Map {
		for _, value := range object {
			prune(value, t.Elem())
		}
	}
	if t.Kind() != reflect.Struct {
		return
	}
	known := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		known[wireName(f)] = f.Type
	}
	for name, value := range object {
		if field, ok := known[name]; ok {
			prune(value, field)
		} else {
			delete(object, name)
		}
	}
}

// wireName is what a field is called in a body. Without a tag it is the field's name in small letters.
func wireName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" {
		name = strings.ToLower(f.Name)
	}
	return name
}
