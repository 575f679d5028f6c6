package engine_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// inTurn runs fn in a turn of an empty script.
func (w *world) inTurn(fn func(*engine.Turn)) {
	w.t.Helper()
	require.NoError(w.t, w.engine.Do(context.Background(), w.build(""), engine.TurnOptions{Host: &kept{}}, func(t *engine.Turn) error {
		fn(t)
		return nil
	}))
}

func TestPlainDataThereAndBack(t *testing.T) {
	w := newWorld(t, nil)
	w.inTurn(func(turn *engine.Turn) {
		for _, v := range []any{
			nil, true, 1.5, "text", []any{1.0, "two", []any{true}}, map[string]any{"a": 1.0, "b": map[string]any{"c": []any{"d"}}}, map[string]any{},
		} {
			got, err := turn.FromLua(turn.Push(turn.L(), v), engine.Caps{})
			require.NoError(t, err)
			require.Equal(t, v, got)
			got, err = turn.FromLua(turn.Lock("locked", v), engine.Caps{})
			require.NoError(t, err)
			require.Equal(t, v, got)
		}
		got, err := turn.FromLua(turn.Push(turn.L(), []string{"a", "b"}), engine.Caps{})
		require.NoError(t, err)
		require.Equal(t, []any{"a", "b"}, got)
		require.Equal(t, lua.LNumber(7), turn.Push(turn.L(), 7))
		require.Equal(t, lua.LNumber(7), turn.Push(turn.L(), int64(7)))
		require.Equal(t, lua.LNumber(7), turn.Push(turn.L(), uint64(7)))
		require.Equal(t, lua.LNil, turn.Push(turn.L(), struct{}{}))
	})
}

func TestHowDeepGoMayPush(t *testing.T) {
	l := newLab(t, engine.Native{Name: "deep", Fn: func(L *lua.LState) int {
		data := map[string]any{"list": []any{}, "texts": []string{"x"}, "names": map[string]any{"a": true}}[L.ToString(2)]
		for range L.ToInt(1) - 1 {
			data = []any{data}
		}
		L.Push(engine.TurnOf(L).Push(L, data))
		return 1
	}})
	require.Equal(t, "1", l.eval(t, "#deep(65, 'list')"), "64 below the first")
	require.Equal(t, "1 1", l.eval(t, "#deep(64, 'texts'), #deep(64, 'names')"), "what is in them is deeper by one")
	for _, deeper := range []string{"deep(66, 'list')", "deep(65, 'texts')", "deep(65, 'names')"} {
		require.Equal(t, "error: deep: the data is nested deeper than 64", l.eval(t, deeper))
	}
}

func TestWhatIsNoPlainData(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range []struct {
		name, value, want string
		caps              engine.Caps
	}{
		{"function", `print or tostring`, "is a function; plain data is nil, boolean, number, string, or a table of these", engine.Caps{}},
		{"deep inside", `{items = {1, 2, {fn = tostring}}}`, ".items[3].fn: is a function; plain data is nil, boolean, number, string, or a table of these", engine.Caps{}},
		{"mixed keys", `{1, 2, x = 3}`, ".x: a list has no other keys than 1, 2, 3 … without holes", engine.Caps{}},
		{"hole", `{1, nil, 3}`, "[2]: is a hole in the list", engine.Caps{}},
		{"key that is no name", `{["a b"] = tostring}`, `["a b"]: is a function; plain data is nil, boolean, number, string, or a table of these`, engine.Caps{}},
		{"key of forty", `{[("k "):rep(20)] = tostring}`, `["` + strings.Repeat("k ", 20) + `"]: is a function; plain data is nil, boolean, number, string, or a table of these`, engine.Caps{}},
		{"key of more", `{[("k "):rep(20) .. "k"] = tostring}`, `["` + strings.Repeat("k ", 18) + `k…"]: is a function; plain data is nil, boolean, number, string, or a table of these`, engine.Caps{}},
		{"keys that are almost names", `{["a@"] = {["b["] = {["` + "c`" + `"] = tostring}}}`, "[\"a@\"][\"b[\"][\"c`\"]: is a function; plain data is nil, boolean, number, string, or a table of these", engine.Caps{}},
		{"keys that are names", `{aZ = {zA = {_0 = {a9 = tostring}}}}`, ".aZ.zA._0.a9: is a function; plain data is nil, boolean, number, string, or a table of these", engine.Caps{}},
		{"key that begins with a digit", `{["9a"] = tostring}`, `["9a"]: is a function; plain data is nil, boolean, number, string, or a table of these`, engine.Caps{}},
		{"boolean key", `{[true] = 1}`, "[boolean]: keys must be strings, or 1, 2, 3 … without holes", engine.Caps{}},
		{"itself", `(function() local t = {} t.t = t return t end)()`, strings.Repeat(".t", 16) + ": tables are nested deeper than 16; does one contain itself?", engine.Caps{}},
		{"too many", `{1, 2, 3, 4, 5}`, "too many values", engine.Caps{Count: 3}},
		{"too much text", `{"aaaa", "bbbb"}`, "[2]: too much text", engine.Caps{Bytes: 6}},
		{"too much text in keys", `{x = {aaaa = 1, bbbb = 2}}`, ".x: too much text", engine.Caps{Bytes: 8}},
		{"too deep", `{{{}}}`, "[1][1]: tables are nested deeper than 2; does one contain itself?", engine.Caps{Depth: 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := &kept{}
			b := w.build("rule(function() return " + c.value + " end)")
			require.NoError(t, w.engine.Do(context.Background(), b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
				v, err := turn.Call(k.rules[0])
				require.NoError(t, err)
				_, err = turn.FromLua(v, c.caps)
				require.EqualError(t, err, c.want)
				return nil
			}))
		})
	}
}

// TestLockedTables reads a proxy in every way the language has, and tries to change it.
func TestLockedTables(t *testing.T) {
	content := func(turn *engine.Turn) *lua.LTable {
		tb := turn.L().NewTable()
		for i, s := range []string{"a", "b", "c"} {
			tb.RawSetInt(i+1, lua.LString(s))
		}
		tb.RawSetString("city", lua.LString("上海"))
		tb.RawSetString("inner", turn.Lock("inner", map[string]any{"x": 1.0, "list": []any{1.0, 2.0}}))
		return tb
	}
	w := newWorld(t, map[string]engine.Proxy{
		"settings": {All: content},
		"note": {
			Index: func(turn *engine.Turn, key lua.LValue) lua.LValue {
				said := "note " + key.String()
				for _, v := range turn.Host.(*kept).given[min(1, len(turn.Host.(*kept).given)):] {
					said += " = " + v.String()
				}
				return lua.LString(said)
			},
			NewIndex: func(L *lua.LState, turn *engine.Turn, key, v lua.LValue) {
				turn.Host.(*kept).given = append(turn.Host.(*kept).given, key, v)
			},
		},
	})
	for _, c := range []struct{ name, body, want string }{
		{"field", `return settings.city .. settings[2]`, "上海b"},
		{"absent", `return tostring(settings.nosuch)`, "nil"},
		{"length", `return #settings`, "3"},
		{"ipairs", `local s = "" for i, v in ipairs(settings) do s = s .. i .. v end return s`, "1a2b3c"},
		{"pairs", `local n = 0 for k, v in pairs(settings) do n = n + 1 end return n`, "5"},
		{"next", `return next(settings)`, "1"},
		{"next of the last", `return tostring(next(settings.inner.list, 2))`, "nil"},
		{"unpack", `return table.concat({unpack(settings)}, "-")`, "a-b-c"},
		{"concat", `return table.concat(settings, "+")`, "a+b+c"},
		{"rawget", `return rawget(settings, "city")`, "上海"},
		{"inside", `return settings.inner.x + #settings.inner.list + settings.inner.list[2]`, "5"},
		{"type", `return type(settings)`, "table"},
		{"metatable", `return tostring(getmetatable(settings))`, "false"},
		{"own index", `return note.x`, "note x"},
		{"own newindex", `note.x = 1 return note.x`, "note x = 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := w.run(c.body)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
	for _, body := range []string{
		`settings.city = 1`, `settings.new = 1`, `settings[1] = 1`, `rawset(settings, "city", 1)`, `setmetatable(settings, {})`,
		`table.insert(settings, 1)`, `table.remove(settings)`, `table.sort(settings)`, `settings[#settings+1] = 1`,
		`settings.inner.x = 2`, `settings.inner.list[1] = 2`, `table.insert(settings.inner.list, 2)`,
		`for k, v in pairs(settings) do if type(v) == "table" then rawset(v, "x", 1) end end`,
	} {
		t.Run(body, func(t *testing.T) {
			_, err := w.run(body)
			require.ErrorContains(t, err, "is read-only")
			require.Contains(t, err.Error(), "main.lua:1: ")
		})
	}
}
