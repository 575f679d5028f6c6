package transcript_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/transcript"
)

const luaShop = `local order = flow("order", function(c)
  local n = c:ask("how many?", { integer = true, timeout = "30m" })
  return n and n .. " cups" or "too late"
end)
on.text("order", order)
on.text("count", function() return tostring(store.incr("n")) end)
on.text("two", function(m) send.text(m.openid, "first") return "second" end)
on.text("call", function() local r, err = http.get("https://api.example.com/x") return r and r.body or err.kind end)
on.text("crash", function() local x; return x.y end)
on.text("v", function() return (require "lib.v") end)
on.click("K", "clicked")
on.text(function(m) return m.content end)`

// luaTests runs a file of tests in Lua.
func luaTests(t *testing.T, body string) []transcript.Result {
	t.Helper()
	return run(t, transcript.Options{}, lay(t, files{
		"shop/main.lua": luaShop, "shop/lib/v.lua": "return 'v1'", "shop/account.yaml": service + "allow_http: [ api.example.com ]\napology: sorry\n",
		"shop/tests/a_test.lua": body,
	}))
}

// TestTestsInLua have the same fans, clock, platform and servers; each begins anew.
func TestTestsInLua(t *testing.T) {
	all := luaTests(t, `
test("a talk", function(t)
  local amy = t.fan("amy")
  amy:say("order"):expect("how many?")
  t.restart()
  amy:say("2"):expect("2 cups")
  amy:act("click K"):expect("clicked")
  amy:act("again"):expect("clicked")
  assert(t.fan("bob"):say("[click K]\nand more"):read() == "[click K]\nand more")
  assert(amy:read() == nil)
  amy:silence()
  t.api("none")
end)
test("what came can be read", function(t)
  local amy = t.fan("amy"):say("two")
  local text, push = amy:read()
  assert(text == "first" and push == true)
  text, push = amy:read()
  assert(text == "second" and push == false)
  amy:say("two"):expect_push("first"):expect("/^sec/")
  t.api("message/custom/send \"first\"")
  t.fail("message/custom/send 45015 once")
  amy:say("two"):expect("second")
end)
for i = 1, 2 do
  test("a store of its own " .. i, function(t)
    t.fan("amy"):say("count"):expect("1")
    t.node(2)
    t.fan("amy"):say("count"):expect("2")
  end)
end
test("time, servers, saves", function(t)
  local amy = t.fan("amy"):say("order"):expect("how many?")
  t.clock("+30m")
  amy:expect_push("too late")
  t.http('GET https://api.example.com/x -> 200 {"a": 1} once')
  t.http("GET https://api.example.com/x -> 200 <<\na body\n>>")
  amy:say("call"):expect('{"a": 1}')
  amy:say("call"):expect("~ a body")
  t.slow("3s")
  amy:say("v"):expect("v1")
  t.save("lib/v.lua", "return 'v2'")
  amy:say("v"):expect("v2")
  t.save("main.lua", "on.text(", true)
  amy:say("crash"):expect("sorry")
  t.error("~ attempt to index")
  local list = json.decode('[1, 2]')
  assert(#list == 2 and text.len("茶铺") == 2)
end)`)
	names := []string{}
	for _, r := range all {
		names = append(names, r.Name)
		passes(t, r)
	}
	require.Equal(t, []string{"a talk", "what came can be read", "a store of its own 1", "a store of its own 2", "time, servers, saves"}, names)
}

func TestWhatGoesWrongInTestsInLua(t *testing.T) {
	tests := []struct {
		name, body string
		kind       transcript.Kind
		line       int
		message    string
	}{
		{"another text", "test('x', function(t)\n  t.fan('amy'):say('hi'):expect('ho')\nend)", transcript.Wrong, 2, "something else"},
		{"nothing came", "test('x', function(t)\n  t.fan('amy'):say('hi'):expect('hi'):expect('ho')\nend)", transcript.Missing, 2, "nothing came to amy"},
		{"nobody expected it", "test('x', function(t)\n  t.fan('amy'):say('hi')\nend)", transcript.Unexpected, 0, "no line for it"},
		{"nobody expected it before", "test('x', function(t)\n  t.fan('amy'):say('hi')\n  t.clock('+1h')\nend)", transcript.Unexpected, 3, "no line for it"},
		{"a crash", "test('x', function(t)\n  t.fan('amy'):say('crash'):expect('sorry')\n  t.restart()\nend)", transcript.Crash, 3, "attempt to index"},
		{"a server", "test('x', function(t)\n  t.fan('amy'):say('call'):expect('x')\nend)", transcript.Undeclared, 2, "http GET https://api.example.com/x -> 200 {}"},
		{"an assert", "test('x', function(t)\n  local a = 1\n  assert(a == 2, 'a is ' .. a)\nend)", transcript.Wrong, 3, "a is 1"},
		{"a mistake", "test('x', function(t)\n  t.fan('amy'):sya('hi')\nend)", transcript.Wrong, 2, "attempt to call method 'sya'"},
		{"an argument", "test('x', function(t)\n  t.clock(3)\nend)", transcript.Wrong, 2, "want a string"},
		{"a line that is none", "test('x', function(t)\n  t.clock('tomorrow')\nend)", transcript.Wrong, 2, "want a day and a time"},
		{"a fan of whom nothing is known", "test('x', function(t)\n  t.fan('amy'):expect('hi')\nend)", transcript.Wrong, 2, "no fan \"amy\" has said anything yet"},
		{"no end is missed behind a pcall", "test('x', function(t)\n  pcall(function() t.fan('amy'):say('hi'):expect('ho') end)\nend)", transcript.Wrong, 0, "something else"},
		{"nothing mends a failure", "test('x', function(t)\n  local amy = t.fan('amy')\n  pcall(function() amy:say('hi'):expect('ho') end)\n  pcall(function() amy:say('hi'):expect('hi') end)\nend)", transcript.Wrong, 0, "something else"},
		{"what does not compile", "test('x', function(t)\n", transcript.Unreadable, 2, "'end' expected"},
		{"no test", "local a = 1", transcript.Unreadable, 0, "declares no test"},
		{"a name twice", "test('x', function() end)\ntest('x', function() end)", transcript.Unreadable, 2, "there is a test \"x\" already"},
		{"a test in a test", "test('x', function()\n  test('y', function() end)\nend)", transcript.Wrong, 2, "declared at the top level"},
		{"what scripts have and tests have not", "test('x', function()\n  store.set('a', 1)\nend)", transcript.Wrong, 2, "store"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			all := luaTests(t, tt.body)
			require.Len(t, all, 1)
			f := all[0].Failure
			require.NotNil(t, f, "it passes")
			require.Equal(t, []any{tt.kind, tt.line}, []any{f.Kind, f.Line}, printed(all[0]))
			require.Contains(t, f.Message, tt.message)
		})
	}
}

// TestATestInLuaThatNeverEnds is stopped, and the next one runs.
func TestATestInLuaThatNeverEnds(t *testing.T) {
	all := run(t, transcript.Options{TimeLimit: 2 * time.Second}, lay(t, files{
		"shop/main.lua": luaShop, "shop/account.yaml": service,
		"shop/tests/a_test.lua": "test('a', function() while true do end end)\ntest('b', function(t) t.fan('amy'):say('hi'):expect('hi') end)",
	}))
	require.Len(t, all, 2)
	require.NotNil(t, all[0].Failure)
	passes(t, all[1])
}

// TestTheFunctionsOfTestsAreDescribed in both languages, with an example.
func TestTheFunctionsOfTestsAreDescribed(t *testing.T) {
	for _, f := range bindings.TestFunctions() {
		require.NotEmpty(t, f.Doc.EN, f.Name)
		require.NotEmpty(t, f.Doc.ZH, f.Name)
		require.NotEmpty(t, f.Example, f.Name)
	}
}
