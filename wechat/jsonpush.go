package wechat

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
)

// jsonWalk builds the tree of a push whose data format was set to JSON in WeChat's console. Numbers
// keep their digits (ids exceed 2^53), null becomes empty, and a list becomes repeated fields, as
// does a list within it; a list without entries leaves one bare field.
type jsonWalk struct {
	d     *json.Decoder
	count int
}

func parseJSONPush(body []byte) ([]Field, error) {
	w := jsonWalk{d: json.NewDecoder(bytes.NewReader(body))}
	w.d.UseNumber()
	if _, err := w.d.Token(); err != nil { // the brace
		return nil, jsonReason(err)
	}
	w.count = 1
	fields, err := w.object(1)
	if err != nil {
		return nil, err
	}
	if _, err := w.d.Token(); !errors.Is(err, io.EOF) {
		return nil, malformed("text after the JSON object")
	}
	return fields, nil
}

func jsonReason(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return malformed("JSON ends too early")
	}
	return malformed("not well-formed JSON")
}

// object reads up to and with the closing brace.
func (w *jsonWalk) object(depth int) ([]Field, error) {
	if depth > maxDepth {
		return nil, tooDeep()
	}
	var fields []Field
	for w.d.More() {
		key, err := w.d.Token()
		if err != nil {
			return nil, jsonReason(err)
		}
		name, _ := key.(string)
		if len(name) > maxName {
			return nil, longName()
		}
		if fields, err = w.value(fields, Clean(name), depth+1); err != nil {
			return nil, err
		}
	}
	return fields, w.close()
}

// value appends what comes next to fields, under name.
func (w *jsonWalk) value(fields []Field, name string, depth int) ([]Field, error) {
	tok, err := w.d.Token()
	if err != nil {
		return nil, jsonReason(err)
	}
	if tok == json.Delim('[') {
		return w.list(fields, name, depth)
	}
	if w.count++; w.count > maxElements {
		return nil, tooMany()
	}
	f := Field{Name: name}
	switch v := tok.(type) {
	case json.Delim:
		f.Fields, err = w.object(depth)
	case string:
		f.Value = Clean(v)
	case json.Number:
		f.Value = v.String()
	case bool:
		f.Value = strconv.FormatBool(v)
	}
	if len(f.Value) > maxValue {
		return nil, longValue()
	}
	return append(fields, f), err
}

// list reads up to and with the closing bracket.
func (w *jsonWalk) list(fields []Field, name string, depth int) ([]Field, error) {
	if depth > maxDepth {
		return nil, tooDeep()
	}
	before := len(fields)
	for w.d.More() {
		var err error
		if fields, err = w.value(fields, name, depth+1); err != nil {
			return nil, err
		}
	}
	for i := before; i < len(fields); i++ {
		fields[i].Listed = true
	}
	if len(fields) == before {
		if w.count++; w.count > maxElements {
			return nil, tooMany()
		}
		fields = append(fields, Field{Name: name, Bare: true})
	}
	return fields, w.close()
}

func (w *jsonWalk) close() error {
	if _, err := w.d.Token(); err != nil {
		return jsonReason(err)
	}
	return nil
}
