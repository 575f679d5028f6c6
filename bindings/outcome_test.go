package bindings_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

// TestWhatTheOutcomeTells of turns that ended in every way: which rule, whether one ran to its end, whether one answered.
func TestWhatTheOutcomeTells(t *testing.T) {
	for _, tt := range []struct {
		name, main   string
		rule         string
		ran, handled bool
		tried        []string
	}{
		{"no rule fits", `on.image("a")`, "", false, false, nil},
		{"a rule answers", `on.text("a")`, "main.lua:1 on.text", true, true, []string{"text"}},
		{"a rule is silent", `on.text(reply.none())`, "main.lua:1 on.text", true, true, []string{"none"}},
		{"a rule answers nothing", `on.text(function() end)`, "", true, false, []string{"nil"}},
		{"on.before answers nothing", `on.before(function() end)`, "", false, false, []string{"nil"}},
		{"on.before answers", `on.before("a")`, "main.lua:1 on.before", false, true, []string{"text"}},
		{"on.before answers nothing, and a rule false", `on.before(function() end) on.text(function() return false end)`, "", true, false, []string{"nil", "false"}},
		{"the fallback answers", `on.text(function() end) on.fallback("a")`, "main.lua:1 on.fallback", true, true, []string{"nil", "text"}},
		{"an article", `on.text(reply.news{title = "a", url = "https://e.com/"})`, "main.lua:1 on.text", true, true, []string{"news"}},
		{"one of several", `on.text(reply.pick{"a"})`, "main.lua:1 on.text", true, true, []string{"pick"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := answer(t, program(t, tt.main), text(t, "x"))
			var tried []string
			for _, one := range out.Tried {
				tried = append(tried, one.Result)
			}
			require.Equal(t, tt.tried, tried)
			require.Equal(t, tt.rule, out.Rule)
			require.Equal(t, tt.ran, out.Ran)
			require.Equal(t, tt.handled, out.Handled)
		})
	}
	out, err := program(t, "on.text('b', 'y')\non.match('(a|aa)+$', 'x')").Answer(t.Context(), input(text(t, strings.Repeat("a", 20)+"b")))
	require.NoError(t, err)
	require.Empty(t, out.Tried, "a pattern that does not fit was not tried")
}

// TestAPatternThatIsTooMuchWork is the fault of its rule.
func TestAPatternThatIsTooMuchWork(t *testing.T) {
	p := program(t, "on.text('b', 'y')\non.match([[^(.?){50}x]], 'x')")
	p.Build().Limits.Instructions = 5_000
	out, err := p.Answer(t.Context(), input(text(t, strings.Repeat("a", 2_000))))
	require.ErrorContains(t, err, "main.lua:2: over the limit instructions")
	require.Equal(t, `main.lua:2 on.match("^(.?){50}x")`, out.Rule)
	require.Empty(t, out.Tried)
}

// TestAnAnswerThatIsAMisfit names the line that made it.
func TestAnAnswerThatIsAMisfit(t *testing.T) {
	for _, tt := range []struct{ name, main, want string }{
		{"a reply", "on.text(function()\nlocal r = reply.news{title = 't', url = 'x'}\nreturn r end)", "main.lua:2: reply.news: url: "},
		{"a reply as handler", "local r = reply.music{title = 't'}\non.text(r)", "main.lua:1: reply.music: thumb_media_id: "},
		{"one of several", "\nlocal r = reply.news{{title = 'a', url = 'https://e.com/'}, {title = 'b', url = 'x'}}\non.subscribe('a')\non.text(reply.pick{r})", "main.lua:2: reply.news: article 2: url: "},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Contains(t, fails(t, tt.main), tt.want) })
	}
}

// TestACallIsNoPush: a message that is given with it is not looked at.
func TestACallIsNoPush(t *testing.T) {
	in := input(text(t, "secret"))
	in.OpenID, in.Trace = "amy", ""
	p := program(t, `function f(msg) log.info(msg.openid, msg.content, msg.scene, msg.trace, msg.msg_type) end`)
	out, err := p.Call(t.Context(), in, "f")
	require.NoError(t, err)
	require.Equal(t, "amy nil nil nil nil", out.Log[0].Text)
	require.True(t, out.Ran)
	require.True(t, out.Handled)
}

// TestAnswersAreWeighed: what a reply holds counts for the memory of the turn, also in a choice.
func TestAnswersAreWeighed(t *testing.T) {
	for _, made := range []string{`reply.text(long .. i)`, `reply.pick{long .. i, long .. -i}`, `reply.news{title = long .. i}`} {
		t.Run(made, func(t *testing.T) {
			p := program(t, `on.text(function()
  local long, all = ("x"):rep(10000), {}
  for i = 1, 1500 do all[i] = `+made+` end
  store.get("k")
  return "ESCAPED"
end)`)
			p.Build().Limits.Memory = 5 << 20
			_, err := p.Answer(t.Context(), input(text(t, "x")))
			require.ErrorContains(t, err, "over the limit memory of 5.0 MiB")
		})
	}
}

// TestTapsThatAFunctionLeaves to a rule on all taps are no stale taps.
func TestTapsThatAFunctionLeaves(t *testing.T) {
	p := program(t, "menu{ button('a', {click = function() end}), button('b', {click = function() end}) }\non.click('any tap')\non.fallback('stale')")
	for key, want := range map[string]string{"mw:a": "any tap", "mw:b": "any tap", "mw:gone": "stale", "OTHER": "any tap"} {
		require.Equal(t, want, answer(t, p, event(t, "CLICK", "<EventKey>"+key+"</EventKey>")).Reply.Content, key)
	}
}

// TestWhatAnErrorQuotes of a long text or name: forty characters.
func TestWhatAnErrorQuotes(t *testing.T) {
	for _, tt := range []struct{ name, act, want string }{
		{"a text of forty", `hash.hmac(("茶"):rep(40), "", "")`, `is "` + strings.Repeat("茶", 40) + `"; want`},
		{"a text of forty-one", `hash.hmac(("茶"):rep(41), "", "")`, `is "` + strings.Repeat("茶", 40) + `…"; want`},
		{"a name of forty", `reply.video{[("n"):rep(40)] = 1}`, "has no field " + strings.Repeat("n", 40) + "; the fields are"},
		{"a name of forty-one", `reply.video{[("n"):rep(41)] = 1}`, "has no field " + strings.Repeat("n", 40) + "…; the fields are"},
		{"signs", `hash.hmac("a\n\r\t\"b", "", "")`, `is "a\n\r\t\"b"; want`},
		{"an address of two thousand", `media.upload("image", ("p"):rep(3000))`, `is "` + strings.Repeat("p", 40) + `…"`},
		{"a text of WeChat's checks", `mass.send{msgtype = ("t"):rep(2100), filter = {is_to_all = true}}`, strings.Repeat("t", 1_900)},
		{"minus infinity", `time.format(-1/0, "")`, "argument 1 (seconds) is not a finite number; want a number"},
		{"infinity", `time.format(1/0, "")`, "argument 1 (seconds) is not a finite number; want a number"},
		{"the verbs of time", `time.format(0, "%Qx")`, "has the verb %Qx; the verbs are %% %A %B %F %H %I %M %S %T %Y %Z %a %b %d %j %m %p %w %y %z"},
		{"half a verb", `time.format(0, "a%")`, "ends in a single %; write %% for the sign itself"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := fails(t, "on.text(function() "+tt.act+" end)")
			require.Contains(t, got, tt.want)
			require.Less(t, len(got), 2_200)
		})
	}
}

// TestAnswersOfWeChatInDepth are taken as deep as sixty-four levels.
func TestAnswersOfWeChatInDepth(t *testing.T) {
	for name, open := range map[string][2]string{"lists": {"[", "]"}, "names": {`{"a":`, "}"}} {
		t.Run(name, func(t *testing.T) {
			nested := func(n int) string { return strings.Repeat(open[0], n) + "1" + strings.Repeat(open[1], n) }
			for n, want := range map[int]string{64: "table nil", 65: "nil the answer is nested deeper than 64 levels"} {
				out, err := ask(t, &clerk{answer: nested(n)}, `local v, err = api.call("/cgi-bin/x") return type(v) .. " " .. tostring(err and err.errmsg)`)
				require.NoError(t, err)
				require.Equal(t, want, out.Reply.Content)
			}
		})
	}
}

// TestZonesAreReadOnce where they are kept.
func TestZonesAreReadOnce(t *testing.T) {
	z := &bindings.Zones{}
	first, err := z.Load("Europe/Berlin")
	require.NoError(t, err)
	second, err := z.Load("Europe/Berlin")
	require.NoError(t, err)
	require.Same(t, first, second)
	for _, name := range []string{"", "Local", "Mars/Base"} {
		_, err := z.Load(name)
		require.Error(t, err, name)
	}
	none, err := (*bindings.Zones)(nil).Load("Europe/Berlin")
	require.NoError(t, err)
	require.Equal(t, first.String(), none.String())
}

// TestJSONUnderWayIsCounted: what json.decode makes is counted before any variable holds it, so that not even a result
// which is thrown away is larger than the turn may be.
func TestJSONUnderWayIsCounted(t *testing.T) {
	for _, tt := range []struct {
		item string
		n    int
	}{{"[]", 20_000}, {"{}", 20_000}, {`{"a":1}`, 5_000}, {"1", 70_000}} {
		t.Run(tt.item, func(t *testing.T) {
			cfg := config()
			cfg.Settings = map[string]any{"v": "[" + strings.Repeat(tt.item+",", tt.n) + tt.item + "]"}
			p, err := compileFiles(t, files{"main.lua": `on.text(function() json.decode(settings.v) return "fits" end)`}, cfg)
			require.NoError(t, err)
			p.Build().Limits.Memory = 6 << 20
			require.Equal(t, "fits", answer(t, p, text(t, "x")).Reply.Content)
			p.Build().Limits.Memory = 4 << 20
			_, err = p.Answer(t.Context(), input(text(t, "x")))
			require.ErrorContains(t, err, "main.lua:1: over the limit memory of 4.0 MiB")
		})
	}
}

// TestWhatGivesNothing gives no nil either: a call is not a value.
func TestWhatGivesNothing(t *testing.T) {
	for _, call := range []string{`store.set("k", 1)`, `time.sleep(0)`, `log.debug(1)`, `log.info(1)`, `log.warn(1)`, `log.error(1)`, `print(1)`} {
		require.Equal(t, "0", says(t, `on.text(function() return tostring(select("#", `+call+`)) end)`, "x"), call)
	}
	for _, call := range []string{`on.text("a", "b")`, `on.image("b")`, `menu{button("a", {key = "A"})}`} {
		require.Equal(t, "0", says(t, `local n = select("#", `+call+`) on.text(function() return tostring(n) end)`, "x"), call)
	}
}

// TestTextsThatAreTooLongForTheirPattern are refused by every function alike.
func TestTextsThatAreTooLongForTheirPattern(t *testing.T) {
	for _, name := range []string{"match", "find", "find_all", "gsub", "test"} {
		last := ""
		if name == "gsub" {
			last = `, "b"`
		}
		require.Contains(t, fails(t, `on.text(function() re.`+name+`(("a"):rep(1000000), "(a{10}){10}"`+last+`) end)`), "main.lua:1: re."+name+": too much work")
	}
}
