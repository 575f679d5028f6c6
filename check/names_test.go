package check_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/check"
)

// TestNamesThatNobodyHas holds globals and members of libraries against what there is.
func TestNamesThatNobodyHas(t *testing.T) {
	for _, tc := range []struct {
		name, main string
		want       []string
	}{
		{"a global near another of the script", "greeting = 'hi'\non.text(function() return greting end)", one("main.lua:2: nothing is called greting: it is nil here: did you mean greeting?")},
		{"a function near another of the script", "function greet() return 'hi' end\non.text(function() return gret() end)", one("main.lua:2: nothing is called gret: calling it raises: did you mean greet?")},
		{"a field of a global that is not there", "on.text(function() return the_shop.name end)", one("main.lua:1: nothing is called the_shop: it is nil here: declare it with local, or correct the name")},
		{"a call of a field of a global that is not there", "on.text(function() return the_shop.open() end)", one("main.lua:1: nothing is called the_shop: it is nil here: declare it with local, or correct the name")},
		{"a global near none", "on.text(function() return tomorrow_morning end)", one("main.lua:1: nothing is called tomorrow_morning: it is nil here: declare it with local, or correct the name")},
		{"a misspelt library", "on.text(function() return repyl.text('hi') end)", one("main.lua:1: nothing is called repyl: it is nil here: did you mean reply?")},
		{"a misspelt method of a flow", "on.text('x', flow('f', function(c) return c:aks('?') end))", one("main.lua:1: c has no aks: did you mean c:ask?")},
		{"one that is near none", "on.text('x', flow('f', function(talk) return talk:wonder() end))", one("main.lua:1: talk has no wonder: see the reference: ask, confirm, choose, say, wait_event, wait_signal, become, stop")},
		{"a message that nobody gave", "on.text(function(m) return msg.content end)", one("main.lua:1: nothing is called msg: it is nil here: msg is what a handler is given: on.text(function(msg) … end)")},
		{"a misspelt message", "on.text(function() return mgs.content end)", one("main.lua:1: nothing is called mgs: it is nil here: did you mean msg?")},
		{"misspelt settings", "on.text(function() return setings.city end)", one("main.lua:1: nothing is called setings: it is nil here: did you mean settings?")},
		{"a misspelt member", "on.txet('a', 'b')", one("main.lua:1: on has no txet: did you mean on.text?")},
		{"a misspelt member that is not called", "on.text(function() local f = string.fromat return 'x' end)", one("main.lua:1: string has no fromat: did you mean string.format?")},
		{"a name that the script adds to a library", "function string:shout() return self:upper() end\ntable.has = next\non.text(function() return string.shout('x') .. tostring(table.has{}) end)", nil},
		{"a misspelt one", "string.shout = string.upper\non.text(function() return string.shuot('x') end)", one("main.lua:2: string has no shuot: did you mean string.shout?")},
		{"one of a library that takes none", "on.text(function() math.half = 2 return tostring(math.half) end)", one("main.lua:1: math has no half: see the reference: abs, acos, asin, atan, atan2, ceil, cos, cosh, deg, exp, floor, fmod, …")},
		{"a field of a misspelt member", "on.text(function() return tostring(math.pie.x) end)", one("main.lua:1: math has no pie: did you mean math.pi?")},
		{"a function of Lua that is not there", "on.text(function() return io.read() end)", one("main.lua:1: scripts do not have io: use store for what lasts and data/ for tables")},
		{"the same mistake twice on a line", "on.text(function() return gone_away .. gone_away end)", one("main.lua:1: nothing is called gone_away: it is nil here: declare it with local, or correct the name")},
		{"two mistakes, by line", "on.txet('a')\non.imgae('b')", []string{"main.lua:1: on has no txet: did you mean on.text?", "main.lua:2: on has no imgae: did you mean on.image?"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := look(t, map[string]string{"main.lua": tc.main}, check.Options{})
			require.Equal(t, tc.want, wrong(found))
			require.Empty(t, warned(found))
		})
	}
}

// TestMembersAreListedWhenNoneIsNear names a dozen members, and says that there are more.
func TestMembersAreListedWhenNoneIsNear(t *testing.T) {
	found := look(t, map[string]string{"main.lua": "on.text(function() return string.dismantle('x') end)"}, check.Options{})
	require.Equal(t, one("main.lua:1: string has no dismantle: see the reference: byte, char, find, format, gmatch, gsub, len, lower, match, rep, reverse, sub, …"), wrong(found))
	found = look(t, map[string]string{"main.lua": "on.text(function() return coroutine.dismantle('x') end)"}, check.Options{})
	require.Equal(t, one("main.lua:1: coroutine has no dismantle: see the reference: create, resume, running, status, wrap, yield"), wrong(found))
}

// TestNamesThatAreThere finds nothing in what works.
func TestNamesThatAreThere(t *testing.T) {
	for _, tc := range []struct{ name, main string }{
		{"libraries, the message and the settings", "on.text(function(m) return m.content .. string.rep('x', 2) .. tostring(settings.city) end)"},
		{"locals and parameters", "local tea = 'oolong'\non.text(function(msg) local cup = tea return cup .. msg.content end)"},
		{"a global of the top level", "tea = 'oolong'\non.text(function() return tea end)"},
		{"a field of a global table", "shop = { open = true }\nshop.name = 'tea'\non.text(function() return shop.name end)"},
		{"any field of settings", "on.text(function() return tostring(settings.whatever) end)"},
		{"the table of globals", "on.text(function() return tostring(_G.print) end)"},
		{"a local that is called as a library is", "local on2, string = on, { dismantle = function() return 'x' end }\non2.text(function() return string.dismantle() end)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Empty(t, look(t, map[string]string{"main.lua": tc.main}, check.Options{}))
		})
	}
}

// TestFilesShareGlobals takes what one file assigns for known in another.
func TestFilesShareGlobals(t *testing.T) {
	files := map[string]string{
		"main.lua":      "require 'lib.teas'\non.text(function() return teas_today .. teas_tody end)",
		"lib/teas.lua":  "teas_today = 'oolong'\nreturn {}",
		"lib/other.lua": "return { tea = pirce }",
	}
	require.Equal(t, []string{
		"lib/other.lua:1: nothing is called pirce: it is nil here: declare it with local, or correct the name",
		"main.lua:2: nothing is called teas_tody: it is nil here: did you mean teas_today?",
	}, wrong(look(t, files, check.Options{})))
}

// TestTheNearestNameIsTheSameEveryTime chooses between names that are as near in the order of the files.
func TestTheNearestNameIsTheSameEveryTime(t *testing.T) {
	files := map[string]string{"main.lua": "on.text(function() return teapot_0 end)"}
	for _, n := range []string{"1", "2", "3", "4", "5"} {
		files["lib/"+n+".lua"] = "teapot_" + n + " = 'x'"
	}
	for range 10 {
		require.Equal(t, one("main.lua:1: nothing is called teapot_0: it is nil here: did you mean teapot_1?"), wrong(look(t, files, check.Options{})))
	}
}

// TestWhatATurnForgets warns of assignments that are gone with the message.
func TestWhatATurnForgets(t *testing.T) {
	const last = ": use local; what must last goes into msg.session or store"
	const keep = ": keep it in msg.session (one fan) or store (the account)"
	const anew = " belongs to the top level, which runs anew for every message: what is assigned here is gone with this message"
	for _, tc := range []struct {
		name, main string
		want       []string
	}{
		{"a global in a handler", "on.text(function()\n  total = 1\n  return tostring(total)\nend)", one("main.lua:2: total is a global: it lasts for this message only" + last)},
		{"a function in a handler", "on.text(function()\n  function helper() end\n  return 'x'\nend)", one("main.lua:2: helper is a global: it lasts for this message only" + last)},
		{"a local of the top level", "local n = 0\non.text(function()\n  n = n + 1\n  return tostring(n)\nend)", one("main.lua:3: n" + anew + keep)},
		{"a table of the top level", "local seen = {}\non.text(function(msg)\n  seen[msg.openid] = true\n  return 'x'\nend)", one("main.lua:3: seen" + anew + keep)},
		{"a global of the top level", "total = 1\non.text(function() return tostring(total) end)", nil},
		{"a local of the handler", "on.text(function() local n = 0 n = n + 1 return tostring(n) end)", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := look(t, map[string]string{"main.lua": tc.main}, check.Options{})
			require.Equal(t, tc.want, warned(found))
			require.Empty(t, wrong(found))
		})
	}
}

// TestModules are looked for below the account and in shared.
func TestModules(t *testing.T) {
	const cure = ": modules are files of this account (lib.x is lib/x.lua) or of scripts/shared (shared.x)"
	c := newChecker(t)
	c.write(map[string]string{
		"shop/main.lua": "local a = require 'lib.teas'\nlocal b = require 'shared.words'\nlocal c = require 'lib.tees'\nlocal d = require 'shared.wrods'\n" +
			"local e = require 'lib.deep.er'\non.text('x')",
		"shop/lib/teas.lua":    "return {}",
		"shop/lib/deep/er.lua": "return {}",
		"shared/words.lua":     "return {}",
		"other/main.lua":       "on.text('y')",
	})
	found, err := c.folder(t.Context(), "shop", check.Options{})
	require.NoError(t, err)
	require.Equal(t, []string{
		`main.lua:3: require "lib.tees": there is no lib/tees.lua` + cure,
		`main.lua:4: require "shared.wrods": there is no shared/wrods.lua` + cure,
	}, wrong(found))
}
