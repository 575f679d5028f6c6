package bindings_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

func hooked(t *testing.T, p *bindings.Program, name, raw string) (bindings.Outcome, error) {
	t.Helper()
	in := input(nil)
	return p.Hook(t.Context(), in, name, bindings.HookCall{Raw: []byte(raw), Headers: map[string]string{"x-event-id": "7"}})
}

func TestWhatAHookGetsAndAnswers(t *testing.T) {
	tests := []struct{ name, body, raw, kind, want string }{
		{"text", `return hook.name .. " " .. hook.headers["x-event-id"] .. " " .. hook.json.amount`, `{"amount":28}`, "text/plain; charset=utf-8", "paid 7 28"},
		{"a table", `return { ok = true, list = json.array{} }`, ``, "application/json", `{"list":[],"ok":true}`},
		{"nothing", `store.set("n", 1)`, ``, "", ""},
		{"raw bytes", `return tostring(hook.json) .. #hook.raw`, "a\xffb", "text/plain; charset=utf-8", "nil3"},
		{"no JSON", `return tostring(hook.json) .. hook.raw`, "a=1&b=2", "text/plain; charset=utf-8", "nila=1&b=2"},
		{"long ids stay whole", `return hook.json.id`, `{"id":9007199254740993}`, "text/plain; charset=utf-8", "9007199254740993"},
		{"no fan", `return tostring(msg and msg.openid)`, ``, "text/plain; charset=utf-8", "nil"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := hooked(t, program(t, `on.hook("paid", function(hook) `+tt.body+` end)`), "paid", tt.raw)
			require.NoError(t, err)
			require.Equal(t, &bindings.HookAnswer{Type: tt.kind, Body: out.Hook.Body}, out.Hook)
			require.Equal(t, tt.want, string(out.Hook.Body))
			require.Equal(t, `main.lua:1 on.hook("paid")`, out.Rule)
			require.True(t, out.Handled)
		})
	}
}

func TestAnswersOfHooksThatAreNone(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"a number", "return 7", "main.lua:1: on.hook: the answer is a number; want a text, a table, or nil for none"},
		{"a reply", `return reply.text("x")`, "on.hook: the answer is a reply; want"},
		{"too long", `return ("a"):rep(16385)`, "on.hook: the answer has 16385 bytes; want at most 16384"},
		{"a large table", `return { ("a"):rep(16385) }`, "on.hook: the answer cannot be JSON: "},
		{"a function in it", `return { f = print }`, "on.hook: the answer cannot be JSON: f"},
		{"torn text", `return ("茶"):sub(1, 2)`, "on.hook: the answer is not UTF-8"},
		{"an error", `error("no stock")`, "main.lua:1: no stock"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := hooked(t, program(t, `on.hook("paid", function(hook) `+tt.body+` end)`), "paid", "{}")
			require.ErrorContains(t, err, tt.want)
			require.Nil(t, out.Hook)
			require.Equal(t, `main.lua:1 on.hook("paid")`, out.Rule)
		})
	}
}

func TestHooksAreNoRulesForPushes(t *testing.T) {
	p := program(t, `on.hook("paid", function() return "hook" end) on.message("push")`)
	require.Equal(t, "push", answer(t, p, text(t, "paid")).Reply.Content)
	out, err := hooked(t, p, "other", "{}")
	require.NoError(t, err)
	require.Nil(t, out.Hook)
	require.Equal(t, []string{"paid"}, p.Hooks())
}

func TestHooksAtLoad(t *testing.T) {
	tests := []struct{ name, main, want string }{
		{"twice", "on.hook('paid', function() end)\non.hook('paid', function() end)", `main.lua:2: on.hook: "paid" has a rule already at main.lua:1`},
		{"no function", "on.hook('paid', 'thanks')", "main.lua:1: on.hook: argument 2 (handler) is a string; want a function"},
		{"a list", "on.hook({'paid'}, function() end)", "main.lua:1: on.hook: argument 1 (name) is a table; want a string"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := compileFiles(t, files{"main.lua": tt.main}, config())
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestHooksThatNobodyCallsOrTakes(t *testing.T) {
	cfg := config()
	cfg.Hooks = []string{"paid", "stock"}
	p, err := compileFiles(t, files{"main.lua": "on.hook('paid', function() end)\non.hook('orders', function() end)"}, cfg)
	require.NoError(t, err)
	var all []string
	for _, e := range p.IdleHooks() {
		all = append(all, strings.TrimSpace(e.Error()))
	}
	require.Equal(t, []string{
		"main.lua:2: on.hook: nobody can call it: account.yaml names no such hook",
		`account.yaml: hooks.stock: the scripts have no on.hook("stock")`,
	}, all)
}
