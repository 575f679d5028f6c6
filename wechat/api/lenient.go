package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"moonwire/wechat"
)

// decodeLenient reads JSON into v, a pointer to a struct, map or slice with json tags, and bears what
// the platform is known to vary (wechat-protocol §0): numbers sent as strings and strings as
// numbers, 0/1 for booleans, one object in place of a list, {"list": […]} or {"item": […]} in place
// of a list, [] or "" in place of an object, missing fields, raw control characters in strings.
func decodeLenient(data []byte, v any) error {
	tree, err := parseJSON(data)
	if err != nil {
		return err
	}
	return assign(reflect.ValueOf(v).Elem(), tree, "")
}

// answerBounds are far above what any API answers: 10,000 openids, or as many messages of agents.
var answerBounds = wechat.JSONBounds{Depth: 64, Values: 200_000}

// parseJSON reads one JSON value with numbers kept as json.Number.
func parseJSON(data []byte) (any, error) {
	data = bytes.TrimPrefix(bytes.TrimSpace(data), []byte("\xef\xbb\xbf"))
	if _, why := answerBounds.Check(data); why != "" {
		return nil, fmt.Errorf("the answer %s", why)
	}
	tree, err := decodeOne(data)
	if err != nil {
		tree, err = decodeOne(bytes.Map(dropControl, data))
	}
	if err != nil {
		return nil, fmt.Errorf("the answer is not JSON: %w", err)
	}
	return tree, nil
}

func decodeOne(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return nil, err
	}
	if dec.More() {
		return nil, errors.New("more than one value")
	}
	return tree, nil
}

func dropControl(r rune) rune {
	if r < 0x20 {
		return ' '
	}
	return r
}

// assign puts a parsed value into a Go value; path names it in errors.
func assign(to reflect.Value, from any, path string) error {
	if from == nil {
		return nil
	}
	switch to.Kind() {
	case reflect.String:
		to.SetString(scalarText(from))
		return nil
	case reflect.Int, reflect.Int32, reflect.Int64:
		return assignInt(to, from, path)
	case reflect.Float64:
		return assignFloat(to, from, path)
	case reflect.Bool:
		text := scalarText(from)
		to.SetBool(text != "" && text != "0" && text != "false")
		return nil
	case reflect.Interface:
		to.Set(reflect.ValueOf(plainJSON("", from)))
		return nil
	case reflect.Pointer:
		to.Set(reflect.New(to.Type().Elem()))
		return assign(to.Elem(), from, path)
	case reflect.Slice:
		return assignSlice(to, from, path)
	case reflect.Map:
		return assignMap(to, from, path)
	case reflect.Struct:
		return assignStruct(to, from, path)
	}
	return fmt.Errorf("%s: no way to decode into %s", path, to.Type())
}

func scalarText(from any) string {
	switch v := from.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

func assignInt(to reflect.Value, from any, path string) error {
	text := strings.TrimSpace(scalarText(from))
	switch text {
	case "", "false":
		return nil
	case "true":
		to.SetInt(1)
		return nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		to.SetInt(n)
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return fmt.Errorf("%s: %q is not a number", path, text)
	}
	to.SetInt(int64(f))
	return nil
}

func assignFloat(to reflect.Value, from any, path string) error {
	text := strings.TrimSpace(scalarText(from))
	if text == "" {
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return fmt.Errorf("%s: %q is not a number", path, text)
	}
	to.SetFloat(f)
	return nil
}

func assignSlice(to reflect.Value, from any, path string) error {
	list, ok := asList(from)
	if !ok {
		return nil
	}
	out := reflect.MakeSlice(to.Type(), len(list), len(list))
	for i, item := range list {
		if err := assign(out.Index(i), item, fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
	}
	to.Set(out)
	return nil
}

// asList finds the list that the platform meant.
func asList(from any) ([]any, bool) {
	switch v := from.(type) {
	case []any:
		return v, true
	case map[string]any:
		for _, key := range []string{"list", "item"} {
			if inner, ok := v[key].([]any); ok {
				return inner, true
			}
		}
		if len(v) == 0 {
			return nil, false
		}
		return []any{v}, true
	}
	if scalarText(from) == "" {
		return nil, false
	}
	return []any{from}, true
}

func assignMap(to reflect.Value, from any, path string) error {
	object, ok := from.(map[string]any)
	if !ok {
		return nil
	}
	out := reflect.MakeMapWithSize(to.Type(), len(object))
	for key, value := range object {
		item := reflect.New(to.Type().Elem()).Elem()
		if err := assign(item, value, path+"."+key); err != nil {
			return err
		}
		out.SetMapIndex(reflect.ValueOf(key), item)
	}
	to.Set(out)
	return nil
}

func assignStruct(to reflect.Value, from any, path string) error {
	if list, ok := from.([]any); ok && len(list) > 0 {
		from = list[0]
	}
	object, ok := from.(map[string]any)
	if !ok {
		return nil
	}
	for i := range to.NumField() {
		field := to.Type().Field(i)
		if field.Anonymous {
			if err := assignStruct(to.Field(i), from, path); err != nil {
				return err
			}
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		value, sent := object[name]
		if !sent || name == "" || name == "-" {
			continue
		}
		if err := assign(to.Field(i), value, strings.TrimPrefix(path+"."+name, ".")); err != nil {
			return err
		}
	}
	return nil
}
