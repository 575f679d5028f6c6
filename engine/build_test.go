package engine_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

func TestModules(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
		err   string
	}{
		{"a module runs once", map[string]string{
			"main.lua": `local a, b = require "lib.a", require "lib.a" rule(function() return tostring(a == b) .. a.name end)`, "lib/a.lua": `return {name = "a"}`,
		}, "truea", ""},
		{"without a value", map[string]string{"main.lua": `local a = require "a" rule(function() return a end)`, "a.lua": ``}, "true", ""},
		{"shared", map[string]string{"main.lua": `rule(function() return require("shared.x").n end)`, "shared/x.lua": `return {n = 1}`}, "1", ""},
		{"circle", map[string]string{"main.lua": `require "a"`, "a.lua": `require "b"`, "b.lua": "\nrequire 'a'"}, "", "b.lua:2: require: modules require one another in a circle: a → b → a"},
		{"a path", map[string]string{"main.lua": `require "lib/a.lua"`, "lib/a.lua": ``}, "", `main.lua:1: require: there is no module "lib/a.lua", did you mean lib.a?`},
		{"traversal", map[string]string{"main.lua": `require "../other/main"`}, "", "there is no module"},
		{"main itself", map[string]string{"main.lua": `require "main"`}, "", "there is no module"},
		{"a slip", map[string]string{"main.lua": `require "lib.price"`, "lib/prices.lua": ``}, "", "did you mean lib.prices?"},
		{"broken", map[string]string{"main.lua": ``, "lib/a.lua": "x ="}, "", "lib/a.lua:1: unexpected symbol near '<eof>'"},
		{"broken in shared, unused", map[string]string{"main.lua": `rule(function() return 1 end)`, "shared/a.lua": "x ="}, "1", ""},
		{"broken in shared, used", map[string]string{"main.lua": `require "shared.a"`, "shared/a.lua": "x ="}, "", "shared/a.lua:1: unexpected symbol near '<eof>'"},
		{"fails", map[string]string{"main.lua": `require "a"`, "a.lua": "\nlocal x = nil + 1"}, "", "a.lua:2: attempt to perform arithmetic on a nil value"},
		{"no main", map[string]string{"a.lua": ``}, "", "main.lua is missing; every account starts there"},
		{"library replaced by a module", map[string]string{"main.lua": `require "a" rule(function() return string.upper("x") end)`, "a.lua": `string = {upper = function() return "mine" end}`}, "mine", ""},
		{"byte order mark", map[string]string{"main.lua": "\xef\xbb\xbfrule(function() return 1 end)"}, "1", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := w.compile(c.files, engine.Limits{})
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			got, err := w.ask(b)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestBuild(t *testing.T) {
	w := newWorld(t, nil)
	b, err := w.engine.Compile(context.Background(), snapshotOf(map[string]string{"main.lua": "rule(1)", "data/faq.csv": "a,b"}), engine.BuildOptions{
		Host: &kept{},
		Seal: func(turn *engine.Turn) (any, error) { return len(turn.Host.(*kept).rules), nil },
	})
	require.NoError(t, err)
	require.Equal(t, 1, b.Index)
	require.Equal(t, "demo", b.Account)
	require.Len(t, b.ID, 8)
	require.Equal(t, "rule(1)", string(b.Source("main.lua")))
	data, ok := b.Data("faq.csv")
	require.True(t, ok)
	require.Equal(t, "a,b", string(data))
	_, ok = b.Data("nosuch")
	require.False(t, ok)

	refused := errors.New("two rules for one text")
	_, err = w.engine.Compile(context.Background(), snapshotOf(map[string]string{"main.lua": ""}), engine.BuildOptions{
		Host: &kept{}, Seal: func(*engine.Turn) (any, error) { return nil, refused },
	})
	require.ErrorIs(t, err, refused)
}

func TestOnce(t *testing.T) {
	w := newWorld(t, nil)
	b := w.build("")
	var calls atomic.Int32
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			v, err := b.Once("faq", func() (any, error) { return calls.Add(1), nil })
			if err != nil || v != int32(1) {
				t.Errorf("%v %v", v, err)
			}
		})
	}
	group.Wait()
	require.EqualValues(t, 1, calls.Load())
	for range 2 {
		_, err := b.Once("bad", func() (any, error) { return nil, errors.New("no") })
		require.EqualError(t, err, "no")
	}
}

func TestSetRefusesNamesGivenTwice(t *testing.T) {
	_, err := engine.NewSet([]engine.Native{{Name: "string.rep"}}, nil)
	require.Error(t, err)
	_, err = engine.NewSet(nil, map[string]engine.Proxy{"string": {}})
	require.Error(t, err)
	_, err = engine.NewSet(nil, map[string]engine.Proxy{"string": {Beside: true}})
	require.NoError(t, err)
}

// TestModulesThatReturnNothing: whoever uses the value is warned, whoever only runs the file is not.
func TestModulesThatReturnNothing(t *testing.T) {
	w := newWorld(t, nil)
	b, err := w.compile(map[string]string{
		"main.lua":      "require('lib.rules')\nlocal teas = require('lib.teas')\nlocal cups, yes = require('lib.cups'), require('lib.yes')",
		"lib/rules.lua": "require('lib.cups')\nrequire('lib.more')", "lib/more.lua": "local x = 1",
		"lib/teas.lua": "require('lib.more')\nlocal M = {}", "lib/cups.lua": "local M = {}", "lib/yes.lua": "return true",
	}, engine.Limits{})
	require.NoError(t, err)
	var said []string
	for _, warning := range b.Warnings {
		require.Equal(t, "end that file with return and its table: return M", warning.Hint)
		said = append(said, warning.Error())
	}
	require.Equal(t, []string{
		"main.lua:3: lib/cups.lua returns nothing, so require gives true here",
		"main.lua:2: lib/teas.lua returns nothing, so require gives true here",
	}, said)
}
