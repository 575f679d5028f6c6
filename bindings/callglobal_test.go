package bindings_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
)

// called runs the global function f of a script without a push.
func called(t *testing.T, main string, in bindings.Input) (bindings.Outcome, error) {
	t.Helper()
	return program(t, "on.text(function(msg) return \"a rule\" end)\n"+main).Call(t.Context(), in, "f")
}

func TestCallWithoutAPush(t *testing.T) {
	tests := []struct{ name, main, openid, want string }{
		{"the fan's", `function f(msg) msg.session.at = {msg.openid, msg.account, msg.trace, msg.session.n} end`, "amy", `{"at":["amy","demo","0123456789",7],"n":7}`},
		{"nobody's", `function f(msg) msg.session.at = {msg.account, tostring(msg.openid)} end`, "", `{"at":["demo","nil"],"n":7}`},
		{"nothing of a push", `function f(msg) msg.session.at = tostring(msg.content or msg.scene or msg.msg_type or msg.raw.Content) end`, "amy", `{"at":"nil","n":7}`},
		{"walked", `function f(msg) local l = {} for k in pairs(msg) do l[#l + 1] = k end table.sort(l) msg.session.at = table.concat(l, " ") end`, "amy", `{"at":"account openid raw session trace","n":7}`},
		{"an answer is nobody's", `function f(msg) msg.session.at = 1 return "nobody sees it" end`, "amy", `{"at":1,"n":7}`},
		{"assigned by a module's way", `f = function(msg) msg.session.at = 1 end`, "amy", `{"at":1,"n":7}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := input(nil)
			in.OpenID = tt.openid
			in.Memory.(*memory).session = `{"n":7}`
			out, err := called(t, tt.main, in)
			require.NoError(t, err)
			require.Equal(t, tt.want, string(out.Session))
			require.Nil(t, out.Reply)
			require.Empty(t, out.Tried, "no rule is asked")
			require.Equal(t, "f", out.Rule)
			require.True(t, out.Ran)
		})
	}
}

func TestCallThatFails(t *testing.T) {
	tests := []struct{ name, main, want string }{
		{"raises", "function f() error(\"oh\") end", "main.lua:2: oh"},
		{"is not there", "", `there is no global function "f": it is nil`},
		{"is none", "f = 7", `there is no global function "f": it is a number`},
		{"is a local", "local function f() end", `there is no global function "f": it is nil`},
		{"keeps no plain data", "function f(msg) msg.session.t = {} msg.session.t.f = print end", "msg.session: t.f: is a function"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, err := called(t, tt.main, input(nil))
			var failed *engine.ScriptError
			require.ErrorAs(t, err, &failed)
			require.ErrorContains(t, err, tt.want)
			require.False(t, out.SessionChanged)
		})
	}
}

// A job has the limits of jobs.
func TestCallOfAJob(t *testing.T) {
	eng, err := theEngine()
	require.NoError(t, err)
	script := files{"main.lua": "function f(msg) for i = 1, 4 do send.typing(msg.openid) end end"}
	p, err := bindings.Compile(t.Context(), eng, script.snapshot(), unhurried(engine.Limits{WeChatCalls: 1, JobWeChatCalls: 3}), config())
	require.NoError(t, err)
	for job, want := range map[bool]string{false: "wechat_calls", true: "job_wechat_calls"} {
		in := input(nil)
		in.OpenID, in.Job = "amy", job
		_, err := p.Call(t.Context(), in, "f")
		var failed *engine.ScriptError
		require.ErrorAs(t, err, &failed)
		require.Equal(t, want, failed.Limit)
	}
}
