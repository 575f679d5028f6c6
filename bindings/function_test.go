package bindings_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	luaparse "github.com/yuin/gopher-lua/parse"

	"moonwire/bindings"
)

// golden is the whole surface. A name that comes or goes is a decision: it changes this list.
const golden = `
on.text on.has on.match on.image on.voice on.video on.shortvideo on.location on.link on.file
on.subscribe on.unsubscribe on.scan on.click on.view on.event on.message on.fallback on.before on.hook
reply.text reply.image reply.voice reply.video reply.music reply.news reply.transfer reply.none reply.pick reply.tap
menu button group
menu.create menu.get menu.list menu.delete menu.current menu.match menu.add_conditional menu.delete_conditional menu.event_status
send.text send.image send.voice send.video send.music send.news send.mpnews send.mpnewsarticle send.msgmenu
send.wxcard send.miniprogrampage send.typing
template.send template.list template.add template.delete template.blocked template.industry
user.get user.get_all user.subscribe_time user.last_message_time user.list user.remark user.tags user.tag user.untag
user.block user.unblock
tag.list tag.create tag.rename tag.delete tag.members
media.upload media.get media.url qrcode.create short.gen short.fetch subscribe_message.send kf.list kf.online
mass.preview mass.send mass.delete mass.get oauth.url oauth.user jssdk.sign api.call api.access_token http.get http.post http.put http.patch http.delete llm.chat llm.reply
store.get store.set store.delete store.incr store.cas store.list store.count store.top
data.csv csv:find data.json
flow flow.signal Flow:start c:ask c:confirm c:choose c:say c:wait_event c:wait_signal c:become c:stop
time.now time.format time.sleep
every task after cancel job.continue
text.len text.sub text.find text.starts text.ends text.trim text.split text.fold text.width text.plain
json.encode json.decode json.array
re.match re.find re.find_all re.gsub re.test
hash.md5 hash.sha1 hash.sha256 hash.hmac
base64.encode base64.decode url.encode url.decode url.query
log.debug log.info log.warn log.error print`

func TestSurface(t *testing.T) {
	var names []string
	for _, f := range bindings.Functions() {
		names = append(names, f.Name)
	}
	require.Equal(t, strings.Fields(golden), names)
}

func TestEveryFunctionIsDescribed(t *testing.T) {
	for _, f := range bindings.Functions() {
		t.Run(f.Name, func(t *testing.T) {
			require.NotEmpty(t, f.Doc.EN)
			require.NotEmpty(t, f.Doc.ZH)
			require.True(t, strings.HasSuffix(f.Doc.EN, "."), f.Doc.EN)
			_, method, is := strings.Cut(f.Name, ":")
			if !is {
				method = f.Name
			}
			require.Contains(t, f.Example, method)
			require.NotEmpty(t, f.Errors)
			for _, e := range f.Errors {
				require.NotEmpty(t, e.EN)
				require.NotEmpty(t, e.ZH)
			}
			require.NotEmpty(t, f.Forms)
			for _, form := range f.Forms {
				checkForm(t, form)
			}
			for _, r := range f.Returns {
				require.NotEmpty(t, r.Name)
				require.NotEmpty(t, r.Lua)
			}
		})
	}
}

func checkForm(t *testing.T, form bindings.Form) {
	optional := false
	for i, p := range form {
		require.NotEmpty(t, p.Name)
		require.NotEmpty(t, p.Type.Lua)
		require.NotEmpty(t, p.Type.Want.EN)
		require.NotEmpty(t, p.Type.Want.ZH)
		require.False(t, optional && !p.Optional && !p.Rest, "%s stands behind an optional parameter", p.Name)
		require.False(t, p.Rest && i != len(form)-1, "%s takes the rest and is not the last", p.Name)
		optional = optional || p.Optional
	}
}

// An example that does not load teaches a mistake.
func TestExamplesLoad(t *testing.T) {
	for _, f := range bindings.Functions() {
		t.Run(f.Name, func(t *testing.T) {
			cfg := config()
			cfg.Media = fstest.MapFS{"cup.jpg": {Data: []byte(picture)}}
			_, err := compileFiles(t, files{
				"main.lua": f.Example, "data/faq.csv": "question,answer\n几点开门,九点\n", "data/prices.json": `{"茶":28}`,
			}, cfg)
			require.NoError(t, err)
		})
	}
}

func TestTypesAreLua(t *testing.T) {
	stubs := bindings.Types()
	_, err := luaparse.Parse(strings.NewReader(stubs), "moonwire.lua")
	require.NoError(t, err)
	for _, f := range bindings.Functions() {
		if f.Name != "menu" && f.Name != "flow" {
			require.Contains(t, stubs, "function "+f.Name+"(")
		}
	}
	for _, f := range bindings.TestFunctions() {
		require.Contains(t, stubs, "function "+f.Name+"(")
	}
	require.Contains(t, stubs, "function fan:say(text) end\n")
	require.Contains(t, stubs, "---@overload fun(buttons: Button[])\nmenu = {}")
	require.Contains(t, stubs, "---@overload fun(handler: Handler)\n---@param texts string|string[]")
	require.Contains(t, stubs, "---@field content string?")
	require.Contains(t, stubs, "---@param n? number # ")
	require.Contains(t, stubs, "function store.incr(key, n) end\n")
	require.Contains(t, stubs, "function print(...) end\n")
	require.Contains(t, stubs, "function menu.get() end\n")
}

func TestReferenceNamesEverything(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		page := bindings.Reference(lang)
		for _, f := range bindings.Functions() {
			require.Contains(t, page, "### `"+f.Name+"(")
			require.Contains(t, page, f.Doc.In(lang))
		}
		require.Contains(t, page, "### `store.incr(key, n?) → ")
		require.Contains(t, page, "### `print(…)`")
		require.Contains(t, page, "json.null")
		require.Contains(t, page, "`msg.openid`")
	}
}
