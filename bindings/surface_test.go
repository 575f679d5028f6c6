package bindings_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

var update = flag.Bool("update", false, "write testdata/surface.txt anew")

const surface = "testdata/surface.txt"

// walking lists every name that is reachable from a script: what the environment answers for the names it is given,
// and what hangs on the values that functions hand out. Tables are walked by pairs and by their metatables.
const walking = `
local seen, lines = {}, {}
local function walk(path, v)
  local kind = type(v)
  if kind == "table" then for i, one in ipairs(seen) do if one == v then return end end seen[#seen + 1] = v end
  local mark = getmetatable(v)
  lines[#lines + 1] = path .. ": " .. kind .. (mark ~= nil and " (metatable " .. tostring(mark) .. ")" or "")
  if type(mark) == "table" then walk(path .. "{metatable}", mark) end
  if kind ~= "table" then return end
  for k, value in pairs(v) do if value ~= v then walk(path .. "." .. tostring(k), value) end end
end
on.text(function(msg)
  for name in msg.content:gmatch("%S+") do walk(name, _G[name]) end
  walk("(_G)", _G)
  walk("(_G by next)", (next(_G)))
  walk("(string)", "x")
  for _, name in ipairs{"find", "x", "__index", "rep"} do walk("(string)." .. name, ("x")[name]) end
  walk("(number)", 1) walk("(nil)", nil) walk("(true)", true)
  walk("(function)", function() end) walk("(native)", print) walk("(coroutine)", coroutine.create(print)) walk("(wrapped)", coroutine.wrap(print))
  walk("(gmatch)", ("x"):gmatch("x")) walk("(pairs)", (pairs{})) walk("(ipairs)", (ipairs{}))
  walk("msg", msg) walk("settings", settings)
  walk("(os.date *t)", os.date("!*t", 0))
  walk("(json.decode)", json.decode('{"list":[1,null]}')) walk("(json.array)", json.array{})
  walk("(data.csv)", data.csv("faq.csv")) walk("(data.csv).find", data.csv("faq.csv").find) walk("(row)", data.csv("faq.csv"):find("question", "q"))
  walk("(data.json)", data.json("p.json"))
  walk("(reply)", reply.text("x")) walk("(pick)", reply.pick{"x"}) walk("(button)", button("x", {click = function() end}))
  walk("(refusal)", select(2, send.text(msg.openid, "x"))) walk("(store.list)", store.list("")) walk("(re.find_all)", re.find_all("ab", "(a)(b)"))
  walk("(followers)", user.list()) walk("(module)", require("lib.m"))
  local ok, e = pcall(function() return nosuch.x end) walk("(error)", e)
  for _, gone in ipairs{"load", "loadstring", "dofile", "loadfile", "io", "debug", "package", "module", "newproxy", "getfenv", "setfenv", "collectgarbage", "gcinfo", "_printregs", "arg"} do
    if _G[gone] ~= nil then walk(gone, _G[gone]) end
  end
  print(table.concat(lines, "\n"):sub(1, 4000)) for at = 4001, 60000, 4000 do local part = table.concat(lines, "\n"):sub(at, at + 3999) if part ~= "" then print(part) end end
end)
`

// TestSurfaceIsTheGoldenOne compares all that a script can reach with the list that is checked in.
func TestSurfaceIsTheGoldenOne(t *testing.T) {
	set, err := bindings.NewSet()
	require.NoError(t, err)
	var roots []string
	for _, name := range set.Names() {
		root, _, _ := strings.Cut(name, ".")
		if root != "_G" && root != "package" { // by which all others can be reached, too
			roots = append(roots, root)
		}
	}
	slices.Sort(roots)
	roots = append(slices.Compact(roots), "_G")
	cfg := config()
	p, err := compileFiles(t, files{
		"main.lua": walking, "lib/m.lua": "return {x = 1}", "data/faq.csv": "question,answer\nq,a\n", "data/p.json": `{"a":[1]}`,
	}, cfg)
	require.NoError(t, err)
	out, err := p.Answer(t.Context(), input(text(t, strings.Join(roots, " "))))
	require.NoError(t, err)
	require.Empty(t, out.Warnings)
	var got strings.Builder
	for _, e := range out.Log {
		got.WriteString(e.Text)
	}
	lines := strings.Split(got.String(), "\n")
	if *update {
		require.NoError(t, os.WriteFile(surface, []byte(got.String()+"\n"), 0o644))
	}
	golden, err := os.ReadFile(surface)
	require.NoError(t, err)
	require.Equal(t, strings.Split(strings.TrimSpace(string(golden)), "\n"), lines, "a name that comes or goes is a decision: go test ./bindings -run Surface -update")
}
