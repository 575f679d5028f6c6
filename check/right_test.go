package check_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/check"
	"moonwire/words"
)

// beside are findings about what stands beside a script, which an example does not bring along.
var beside = []words.Code{words.HostNotAllowed, words.UnknownTemplate, words.UnknownSetting, words.LoadsWithDoubt, words.MediaFile, words.MissingData, words.BadData, words.MissingModule, words.DoesNotLoad}

// TestExamplesOfTheReferenceHaveNoFindings: what people copy is right.
func TestExamplesOfTheReferenceHaveNoFindings(t *testing.T) {
	examined := 0
	for _, f := range bindings.Functions() {
		for _, finding := range look(t, map[string]string{"main.lua": f.Example}, check.Options{}) {
			require.Contains(t, beside, finding.Code, "%s: %s\n%s", f.Name, finding, f.Example)
		}
		examined++
	}
	require.Greater(t, examined, 100)
}

// TestRightScripts are those whose writers know what they do.
func TestRightScripts(t *testing.T) {
	for _, tc := range []struct{ name, main string }{
		{"what is only there elsewhere", "local unpack = table.unpack or unpack\nlocal utf8 = utf8\nif jit then print(jit.version) end\non.text(function(msg)\n  if utf8 then return utf8.char(65) end\n  return debug and debug.traceback() or 'x'\nend)"},
		{"tested by its type", "on.text(function(msg)\n  if type(bit32) == 'table' then return tostring(bit32.band(1, 3)) end\n  if loadstring ~= nil then return loadstring('x') end\n  return 'no'\nend)"},
		{"left before", "on.text(function(msg)\n  if not bit32 then return 'no' end\n  return tostring(bit32.band(1, 3))\nend)"},
		{"tested member by member", "on.text(function(msg)\n  if os.getenv and os.getenv('X') then return 'x' end\n  return table.pack and 'new' or 'old'\nend)"},
		{"not there, else", "on.text(function(msg)\n  if utf8 == nil then return 'old' else return utf8.char(65) end\nend)"},
		{"a loop that a call ends", "on.text(function(msg)\n  local n = 0\n  while true do\n    n = n + 1\n    if n > 3 then break end\n  end\n  while true do error('x') end\nend)"},
		{"a loop within one that breaks", "on.text(function(msg)\n  while true do\n    for i = 1, 2 do if i == 2 then break end end\n    if msg.content then return 'x' end\n  end\nend)"},
		{"a note with a first value", "on.subscribe(function(msg)\n  msg.session.n = 0\n  return 'hi'\nend)\non.text(function(msg)\n  msg.session.n = msg.session.n + 1\n  return tostring(msg.session.n)\nend)"},
		{"a note that is tested", "on.text(function(msg)\n  if not msg.session.n then return 'no' end\n  msg.session.n = msg.session.n + 1\n  return tostring(msg.session.n)\nend)"},
		{"fields that are tested", "on.text(function(msg)\n  if msg.pic_url then return reply.text(msg.pic_url) end\n  return (msg.recognition or msg.content) .. '!'\nend)"},
		{"an element that nobody has heard of", "on.event('card_pass_check', function(msg) return msg.card_id .. msg.is_return_back end)"},
		{"fields of any push", "on.message(function(msg) log.info(msg.pic_url, msg.event_key, msg.latitude) end)"},
		{"bytes that are whole characters", "on.text(function(msg) return ('茶叶'):sub(1, 3) .. ('abc'):sub(2) .. msg.content:sub(1, 1) end)"},
		{"rules in order", "on.text('a', 'b')\non.has('x', 'y')\non.text(function(msg) return msg.content == 'z' and 'w' or nil end)\non.match('^q', 'r')\non.image('i')\non.text('all')\non.fallback('f')"},
		{"a job's own fields", "local t = task('t', function() log.info(job.id, job.due, job.attempt, job.name) end)\non.text(function() after('1m', t) return 'x' end)"},
		{"numbers in texts", "on.text(function(msg) return tostring('1' + 2) .. tostring(' 3 ' + 4) end)"},
		{"two values of a helper", "local function both() return 1, 2 end\non.text(function(msg)\n  local a, b = both()\n  return tostring(a + b)\nend)"},
		{"nothing, and why", "local f = flow('f', function(c)\n  local n, why = c:ask('几杯?', { number = true })\n  if why then return nil, why end\n  return tostring(n)\nend)\non.text('x', f)"},
		{"one question in two branches", "on.text('x', flow('f', function(c)\n  if c:confirm('外卖?') then return c:ask('电话?') else return c:ask('电话?') end\nend))"},
		{"a question made of answers", "on.text('x', flow('f', function(c)\n  local n = c:ask('几杯?', { number = true })\n  return c:confirm(('%d 杯?'):format(n)) and '好' or '不'\nend))"},
		{"arguments that only running tells", "local a = { 'x' }\non.text(function(msg) return text.sub(unpack({ msg.content, 1, 2 })) .. tostring(store.get(a[1])) end)"},
		{"a function that is handed on", "on.text(function(msg) return (text.len and 'x') .. json.encode({ f = 1 }) end)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Empty(t, look(t, map[string]string{"main.lua": tc.main}, check.Options{}))
		})
	}
}

// TestSlipsBesideTests: what is tested is not there without harm, and a slip in a library that is there is one still.
func TestSlipsBesideTests(t *testing.T) {
	for _, tc := range []struct {
		name, main string
		want       words.Code
	}{
		{"a member of a library that is there", "on.text(function(msg)\n  if reply then return reply.imge('x') end\nend)", words.UnknownMember},
		{"behind the test", "on.text(function(msg)\n  if utf8 then log.info('x') end\n  return utf8.char(65)\nend)", words.NotInScripts},
		{"the last of a chain", "on.text(function(msg) return nope or neither end)", words.UnknownName},
		{"what is not there", "on.text(function(msg)\n  if not greeting then return greeting.hi end\nend)", words.UnknownName},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var codes []words.Code
			for _, f := range look(t, map[string]string{"main.lua": tc.main}, check.Options{}) {
				codes = append(codes, f.Code)
			}
			require.True(t, slices.Contains(codes, tc.want), "%v", codes)
		})
	}
}

// TestOtherNamesLead: what a name is called here is there, and the name itself is not.
func TestOtherNamesLead(t *testing.T) {
	for _, tc := range []struct{ name, main, want string }{
		{"a picture", "on.text(function() return reply.img('x') end)", "did you mean reply.image?"},
		{"sleep", "on.text(function() sleep(3) return 'x' end)", "did you mean time.sleep?"},
		{"follow", "on.follow('hi')", "did you mean on.subscribe?"},
		{"JSON of another language", "on.text(function(msg) return json.parse(msg.content) end)", "did you mean json.decode?"},
		{"null", "on.text(function(msg) local x = null return msg.content .. x end)", "did you mean nil?"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := look(t, map[string]string{"main.lua": tc.main}, check.Options{})
			require.NotEmpty(t, found)
			require.Equal(t, tc.want, found[0].Cure.EN)
			require.NotEmpty(t, found[0].Cure.ZH)
		})
	}
}

// TestTablesOfOtherNames hold only what is not there, and lead only to what is.
func TestTablesOfOtherNames(t *testing.T) {
	c := newChecker(t)
	known := append(c.set.Names(), "nil", "job.continue")
	for other, here := range check.OtherNames() {
		require.Contains(t, known, here, other)
		require.NotContains(t, known, other)
	}
	for event, rule := range check.EventRules() {
		require.Contains(t, known, rule)
		require.False(t, slices.ContainsFunc(bindings.EventNames(), func(e string) bool { return e == event }), event)
	}
}
