package openapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Check reports the first thing in v, a value of ReadJSON, that does not fit. at is where v stands, "" at
// the top.
func (s Shape) Check(at string, v any) *Failure {
	f := s.checkValue(at, v)
	if f != nil && s.reply {
		return BadReply(f.Field, f.Message)
	}
	return f
}

func (s Shape) checkValue(at string, v any) *Failure {
	if s.json == "any" || v == nil && s.null {
		return nil
	}
	switch v := v.(type) {
	case map[string]any:
		if s.json == "object" {
			return s.checkObject(at, v)
		}
	case []any:
		if s.json == "array" {
			return s.checkList(at, v)
		}
	case string:
		if s.json == "string" {
			return s.checkText(at, v)
		}
	case json.Number:
		if s.json == "integer" {
			return s.checkWhole(at, v)
		}
	case bool:
		if s.json == "boolean" {
			return nil
		}
	}
	return BadField(orBody(at), "is "+jsonWord(v)+"; want "+s.word())
}

func (s Shape) checkObject(at string, v map[string]any) *Failure {
	if s.values != nil {
		if f := s.checkCount(at, len(v), "entries"); f != nil {
			return f
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if f := s.values.Check(join(at, key), v[key]); f != nil {
				return f
			}
		}
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(v)) {
		if _, known := s.prop(key); !known && !s.open {
			return BadField(join(at, key), "is unknown; "+s.wanted())
		}
	}
	for _, p := range s.props {
		value, given := v[p.name]
		if !given && p.required {
			return BadField(join(at, p.name), "is missing; want "+p.word())
		}
		if !given {
			continue
		}
		if f := p.Check(join(at, p.name), value); f != nil {
			return f
		}
	}
	return s.checkEither(at, v)
}

// wanted lists what an object takes.
func (s Shape) wanted() string {
	if len(s.props) == 0 {
		return "nothing is wanted here"
	}
	return "want " + strings.Join(s.Names(), ", ")
}

func (s Shape) checkEither(at string, v map[string]any) *Failure {
	given := 0
	for _, name := range s.either {
		if _, ok := v[name]; ok {
			given++
		}
	}
	if s.either == nil || given == 1 {
		return nil
	}
	return BadField(join(at, s.either[0]), "want exactly one of "+strings.Join(s.either, ", "))
}

func (s Shape) checkList(at string, v []any) *Failure {
	if f := s.checkCount(at, len(v), "entries"); f != nil {
		return f
	}
	for i, item := range v {
		if f := s.items.Check(fmt.Sprintf("%s[%d]", at, i+1), item); f != nil {
			return f
		}
	}
	return nil
}

func (s Shape) checkText(at, v string) *Failure {
	if s.enum != nil && !slices.Contains(s.enum, v) {
		return BadField(at, "is unknown; want "+strings.Join(s.enum, ", "))
	}
	return s.checkCount(at, utf8.RuneCountInString(v), "characters")
}

func (s Shape) checkCount(at string, n int, what string) *Failure {
	switch {
	case n == 0 && s.min > 0:
		return BadField(orBody(at), "is empty; want "+s.word())
	case int64(n) < s.min:
		return BadField(orBody(at), fmt.Sprintf("has %d %s; want at least %d", n, what, s.min))
	case s.max > 0 && int64(n) > s.max:
		return BadField(orBody(at), fmt.Sprintf("has %d %s; want at most %d", n, what, s.max))
	}
	return nil
}

func (s Shape) checkWhole(at string, v json.Number) *Failure {
	n, err := strconv.ParseInt(v.String(), 10, 64)
	switch {
	case err != nil:
		return BadField(at, "is no whole number; want "+s.word())
	case n < s.min:
		return BadField(at, fmt.Sprintf("is %d; want at least %d", n, s.min))
	case s.max > 0 && n > s.max:
		return BadField(at, fmt.Sprintf("is %d; want at most %d", n, s.max))
	}
	return nil
}

// word is the shape in an error message.
func (s Shape) word() string {
	switch {
	case s.enum != nil:
		return "one of " + strings.Join(s.enum, ", ")
	case s.json == "array":
		return "a list"
	case s.json == "integer":
		return "a whole number"
	case s.json == "boolean":
		return "true or false"
	case s.json == "object":
		return "an object"
	}
	return "a string"
}

func jsonWord(v any) string {
	switch v.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case string:
		return "a string"
	case json.Number:
		return "a number"
	case bool:
		return "true or false"
	}
	return "null"
}

func join(at, name string) string {
	if at == "" {
		return Clip(name)
	}
	return at + "." + Clip(name)
}

// maxNameShown bounds what an error repeats of a name the asker made up.
const maxNameShown = 64

func Clip(name string) string {
	if name == "" {
		return `""`
	}
	if len(name) <= maxNameShown {
		return name
	}
	return strings.ToValidUTF8(name[:maxNameShown], "") + "…"
}

func orBody(at string) string {
	if at == "" {
		return "body"
	}
	return at
}
