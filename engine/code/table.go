package code

import (
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
)

// table makes a table on top of the registers. Items wait above it and are stored fifty at a time, fields at once.
func (f *function) table(e *syntax.Table) {
	items, fields := shape(e)
	t := f.reserve(1, e)
	f.emit(abc(lua.OP_NEWTABLE, t, min(items, maxB), min(fields, maxB)), e)
	stored := 0
	for i, field := range e.Fields {
		if field.Key != nil {
			f.field(t, field, e)
			continue
		}
		if i == len(e.Fields)-1 && syntax.Multi(field.Value) {
			f.multi(field.Value, all)
			f.setList(t, 0, stored, e)
			return
		}
		f.push(field.Value)
		if n := f.free - t - 1; n == fieldsPerSet {
			f.setList(t, n, stored, e)
			stored += n
		}
	}
	if n := f.free - t - 1; n > 0 {
		f.setList(t, n, stored, e)
	}
}

// shape counts the items and fields of a constructor. A table without any gets a little room: without a hint the
// machine makes room for 32 at the first.
func shape(e *syntax.Table) (items, fields int) {
	for _, field := range e.Fields {
		if field.Key == nil {
			items++
		} else {
			fields++
		}
	}
	if items+fields == 0 {
		return 4, 1
	}
	return items, fields
}

func (f *function) field(t int, field syntax.Field, at liner) {
	top := f.free
	key := f.operand(field.Key)
	value := f.operand(field.Value)
	f.free = top
	f.emit(abc(keyed(field.Key, key, lua.OP_SETTABLE, lua.OP_SETTABLEKS), t, key, value), at)
}

// setList stores the n items above a table, 0 for all that lie there, behind those that it has.
func (f *function) setList(t, n, stored int, at liner) {
	batch := stored/fieldsPerSet + 1
	if batch <= maxB {
		f.emit(abc(lua.OP_SETLIST, t, n, batch), at)
	} else {
		f.emit(abc(lua.OP_SETLIST, t, n, 0), at)
		f.emit(uint32(batch), at)
	}
	f.free = t + 1
}
