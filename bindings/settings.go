package bindings

import (
	"maps"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// settingsProxy is settings: what account.yaml says, read-only. A name that is not there is nil.
func settingsProxy() engine.Proxy {
	return engine.Proxy{
		Name: "settings",
		Index: func(t *engine.Turn, key lua.LValue) lua.LValue {
			return settingsOf(t).RawGet(key)
		},
		All: settingsOf,
	}
}

// settingsOf is the table of the settings, made once per build; tables in it are locked.
func settingsOf(t *engine.Turn) *lua.LTable {
	tb, _ := t.Build().Once("settings", func() (any, error) {
		settings := stateOf(t).p.config.Settings
		tb := t.L().CreateTable(0, len(settings))
		for _, name := range slices.Sorted(maps.Keys(settings)) { // pairs must have the same order every time
			tb.RawSetString(name, t.Lock("settings."+name, settings[name]))
		}
		return tb, nil
	})
	return tb.(*lua.LTable)
}
