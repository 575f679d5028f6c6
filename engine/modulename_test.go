package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

// Modules of other people look at their own name, ask for libraries by name, and for globals behind metatables.
func TestWhatModulesAskFor(t *testing.T) {
	w := newWorld(t, nil)
	b, err := w.compile(map[string]string{
		"main.lua": `local m = require "lib.m"
			rule(function() return m.name .. m.upper .. tostring(m.unpack == unpack) .. tostring(m.mine) .. tostring(m.own == nil) end)`,
		"lib/m.lua": `local name = ...
			shared = "mine"
			return { name = name, upper = require("string").upper("x"), unpack = rawget(_G, "unpack"), mine = rawget(_G, "shared"), own = rawget(_G, "nothing") }`,
	}, engine.Limits{})
	require.NoError(t, err)
	got, err := w.ask(b)
	require.NoError(t, err)
	require.Equal(t, "lib.mXtrueminetrue", got)
}
