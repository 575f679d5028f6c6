package bindings_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

// TestThePagesAreThoseOfTheTable: what is printed of the table is what docs/ shows.
func TestThePagesAreThoseOfTheTable(t *testing.T) {
	for lang, page := range map[string]string{"en": "../docs/reference.md", "zh": "../docs/reference.zh-CN.md"} {
		want, err := os.ReadFile(page)
		require.NoError(t, err)
		require.Equal(t, string(want), bindings.Reference(lang), "go test -run TestReferenceIsCurrent . -update writes %s anew", page)
	}
	require.Equal(t, "e", bindings.Text{EN: "e", ZH: "z"}.In("en"))
	require.Equal(t, "z", bindings.Text{EN: "e", ZH: "z"}.In("zh"))
	require.Equal(t, "e", bindings.Text{EN: "e", ZH: "z"}.In("fr"))
}

// TestStubsOfFunctions of every shape, whole.
func TestStubsOfFunctions(t *testing.T) {
	stubs := bindings.Types()
	for name, want := range map[string]string{
		"no arguments": "---@return User[]? users\n---@return WeChatError? err\nfunction user.get_all(openids) end\n\n",
		"two forms": "---```lua\n---on.text({ \"hi\", \"你好\" }, function(msg) return \"你好!\" end)\n---```\n---@overload fun(handler: Handler)\n" +
			"---@param texts string|string[] # a string or a list of strings\n---@param handler Handler # a function, a flow, a string or a reply.* value\nfunction on.text(texts, handler) end\n\n",
		"optional":           "---@param key string # a string\n---@param n? number # a number\n---@return number value\nfunction store.incr(key, n) end\n\n",
		"all that follow":    "---@param ... any # ",
		"a method":           "---@param column string # a string\n---@param value string # a string\n---@param options? table # a table\n---@return table<string, string>? row\nfunction csv:find(column, value, options) end\n\n",
		"a library":          "---Text in JSON and tables of Lua.\n---@class jsonlib\njson = {}\n\n",
		"one that is called": "---@class menulib\n---@overload fun(buttons: Button[])\nmenu = {}\n\n",
		"a constant":         "---@type userdata\njson.null = nil\n\n",
		"a field of msg":     "---@field openid string? ",
		"the others":         "---```\n---@param ... any # ",
	} {
		require.True(t, strings.Contains(stubs, want), "%s: %s", name, want)
	}
	require.True(t, strings.HasPrefix(stubs, "---@meta\n-- Made by `moonwire types`; changes are lost.\n\n---"))
	require.NotContains(t, stubs, "function menu(")
	require.NotContains(t, stubs, "---@param self")
}
