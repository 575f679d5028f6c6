package bindings

import (
	"fmt"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// record is a table that an author fills with named fields: reply.news{title = …}.
type record struct {
	args  arguments
	at    string // "article 2", "" for the argument itself
	table *lua.LTable
	names []string
}

// record reads tb as a table with the given fields and refuses every other one. A name may list other
// spellings behind bars: "pic_url|picurl".
func (a arguments) record(at string, tb *lua.LTable, names ...string) record {
	r := record{args: a, at: at, table: a.open(tb), names: names}
	var unknown string
	r.table.ForEach(func(k, _ lua.LValue) {
		name := keyText(k)
		if !slices.ContainsFunc(names, func(n string) bool { return isSpelling(n, name) }) && (unknown == "" || name < unknown) {
			unknown = name
		}
	})
	if unknown != "" {
		var known []string
		for _, n := range names {
			known = append(known, strings.Split(n, "|")...)
		}
		r.fail("has no field %s%s; the fields are %s", brief(unknown), didYouMean(unknown, known), strings.Join(firstSpellings(names), ", "))
	}
	return r
}

// isSpelling reports whether a name is one of those that stand between bars.
func isSpelling(bars, name string) bool {
	if bars == name {
		return true
	}
	for spelling := range strings.SplitSeq(bars, "|") {
		if spelling == name {
			return true
		}
	}
	return false
}

// text is a field that is a string, "" when it is missing.
func (r record) text(name string) string {
	v := r.get(name)
	if v == lua.LNil {
		return ""
	}
	s, ok := v.(lua.LString)
	if !ok {
		r.fail("%s is %s; want a string", name, describe(v))
	}
	r.args.readText(strings.TrimPrefix(r.at+": "+name, ": "), string(s))
	return string(s)
}

// bytes is a field that is a string of any bytes, "" when it is missing.
func (r record) bytes(name string) string {
	v := r.get(name)
	if s, ok := v.(lua.LString); ok && len(s) <= maxKey {
		return string(s)
	}
	if v != lua.LNil {
		r.fail("%s is %s; want a string of at most %d bytes", name, describe(v), maxKey)
	}
	return ""
}

// required is a field that must be a string with something in it.
func (r record) required(name string) string {
	s := r.text(name)
	if s == "" {
		r.fail("%s is missing; want a string", name)
	}
	return s
}

// inner is a field that is a table, nil when it is missing; read-only tables come as a copy.
func (r record) inner(name string) *lua.LTable {
	v := r.get(name)
	if v == lua.LNil {
		return nil
	}
	tb, ok := v.(*lua.LTable)
	if !ok {
		r.fail("%s is %s; want a table", name, describe(v))
	}
	return r.args.open(tb)
}

// flag is a field that is true or false, false when it is missing. WeChat's own 1 and 0 are taken too.
func (r record) flag(name string) bool {
	switch v := r.get(name).(type) {
	case *lua.LNilType:
		return false
	case lua.LBool:
		return bool(v)
	case lua.LNumber:
		if v == 0 || v == 1 {
			return v == 1
		}
	}
	r.fail("%s is %s; want true or false", name, describe(r.get(name)))
	return false
}

// integer is a field that is a whole number, 0 when it is missing.
func (r record) integer(name string) int64 {
	v := r.get(name)
	if v == lua.LNil {
		return 0
	}
	if !isInteger(v) {
		r.fail("%s is %s; want a whole number", name, describe(v))
	}
	return int64(v.(lua.LNumber))
}

func (r record) get(name string) lua.LValue {
	for _, n := range r.names {
		rest, is := strings.CutPrefix(n, name)
		switch {
		case !is || rest != "" && rest[0] != '|':
			continue
		case rest == "":
			return r.table.RawGetString(name)
		}
		for spelling := range strings.SplitSeq(n, "|") {
			if v := r.table.RawGetString(spelling); v != lua.LNil {
				return v
			}
		}
	}
	return lua.LNil
}

func (r record) fail(format string, args ...any) {
	what := fmt.Sprintf(format, shortenAll(args)...)
	if r.at != "" {
		what = r.at + ": " + what
	}
	r.args.fail("%s", what)
}

func firstSpellings(names []string) []string {
	first := make([]string, len(names))
	for i, n := range names {
		first[i], _, _ = strings.Cut(n, "|")
	}
	return first
}

// seconds is a field that counts seconds, 0 when it is missing.
func (r record) seconds(name string) time.Duration {
	n := r.integer(name)
	if r.get(name) != lua.LNil && (n < 1 || n > int64(maxDuration/time.Second)) {
		r.fail("%s is %d; want a number of seconds from 1", name, n)
	}
	return time.Duration(n) * time.Second
}
