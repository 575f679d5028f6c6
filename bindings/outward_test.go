package bindings_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/wechat/api"
	"moonwire/wechat/sim"
)

// What only looks claims nothing: such a turn may run again. What acts claims once, before it acts.
func TestOnlyActsClaim(t *testing.T) {
	tests := []struct {
		name, body string
		claims     int
	}{
		{"reading", `user.get("$amy") tag.list() menu.get() media.get("M") kf.list() jssdk.sign("https://e.com/") api.call("/cgi-bin/tags/get")`, 0},
		{"acting twice", `user.remark("$amy", "a") tag.create("b")`, 1},
		{"a call of any API", `api.call("/cgi-bin/tags/create", {tag = {name = "a"}})`, 1},
		{"a call that reads and has a body", `api.call("/cgi-bin/tags/getidlist", {openid = "$amy"})`, 0},
		{"a call that acts and has none", `api.call("/cgi-bin/menu/delete")`, 1},
		{"a call of what nobody knows", `api.call("/cgi-bin/no/such")`, 0},
		{"a call of what nobody knows, with a body", `api.call("/cgi-bin/no/such", {})`, 1},
	}
	s := newShop(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := input(text(t, "x"))
			_, err := s.compile(`on.text(function() `+tt.body+` end)`).Answer(t.Context(), in)
			require.NoError(t, err)
			require.Equal(t, tt.claims, in.Memory.(*memory).claims)
		})
	}
}

func TestAClaimOfAnotherRunStopsEveryAct(t *testing.T) {
	s := newShop(t)
	for _, act := range []string{
		`template.send("$amy", "order_paid", {thing1 = "a", amount2 = "¥1"})`, `user.remark("$amy", "a")`, `tag.create("a")`,
		`menu.delete()`, `media.upload("image", "media/cup.png")`, `mass.send{filter = {is_to_all = true}, text = {content = "a"}}`,
		`qrcode.create{scene = "a"}`, `short.gen("a")`, `oauth.user("a")`, `api.call("/cgi-bin/tags/create", {tag = {name = "a"}})`,
	} {
		t.Run(act, func(t *testing.T) {
			in := input(text(t, "x"))
			claimed := errors.New("claimed")
			in.Memory.(*memory).claim = claimed
			before := s.asked("")
			_, err := s.compile(`on.text(function() pcall(function() `+act+` end) return "fine" end)`).Answer(t.Context(), in)
			require.ErrorIs(t, err, claimed)
			require.Equal(t, before, s.asked(""))
		})
	}
}

func TestTheTopLevelCallsNobody(t *testing.T) {
	for _, act := range []string{`user.get("o1")`, `menu.get()`, `api.call("/cgi-bin/tags/get")`, `media.upload("image", "media/a.png")`, `for _ in user.list() do end`, `menu.event_status()`} {
		_, err := compileFiles(t, files{"main.lua": act}, config())
		require.ErrorContains(t, err, "not allowed at the top level: put it in a handler", act)
	}
}

func TestAccountsThatMayNotCall(t *testing.T) {
	s := newShop(t)
	s.config.Verified = false
	require.Contains(t, s.says(`local v, err = user.get("$amy") return tostring(v) .. err.errcode .. err.hint`), "nil48001account.yaml says that this account is not verified")
	s.config.Personal = true
	require.Contains(t, s.says(`local v, err = user.get("$amy") return tostring(v) .. err.errcode .. err.hint`), "nil48001account.yaml says that this account belongs to a person (subject: personal)")
	s.config.Personal, s.config.Verified, s.config.API = false, true, nil
	require.Contains(t, s.says(`local v, err = user.get("$amy") return tostring(v) .. err.errcode .. err.hint`), "nil41004account.yaml gives no app_secret")
}

// A list of 250 fans is three calls; the pages of a walk are calls too.
func TestBatchesAndPages(t *testing.T) {
	s := newShop(t)
	require.Equal(t, "250", s.says(`local all = {} for i = 1, 250 do all[#all + 1] = "$amy" end return tostring(#user.get_all(all))`))
	require.Equal(t, 3, s.asked("/cgi-bin/user/info/batchget"))
	require.Equal(t, "3", s.says(`local n = 0 for _ in user.list() do n = n + 1 end return tostring(n)`))
	require.Equal(t, 3, s.asked("/cgi-bin/user/get"), "the last page says that there is one more, which is empty")
	require.Equal(t, "1", s.says(`for id in user.list() do return "1" end`))
	require.Equal(t, 4, s.asked("/cgi-bin/user/get"), "what nobody walks to is not fetched")
}

func TestRidsAndHints(t *testing.T) {
	s := newShop(t)
	s.p.AddFault(sim.Fault{Path: "tags/get", ErrCode: 45009, Times: 1})
	got := s.says(`local v, err = tag.list() return show{err.errcode, #err.rid > 10, err.hint}`)
	require.True(t, strings.HasPrefix(got, `[45009,true,"`), got)
	s.p.AddFault(sim.Fault{Path: "user/info", Status: 500})
	got = s.says(`local v, err = user.get("$amy") return show{err.errcode, err.hint}`)
	require.Contains(t, got, `[-1,"HTTP 500 came in place of WeChat's answer: try again in a moment"]`)
}

// What came of a read and cannot be used has its own cause and cure, and is never said to have done something.
func TestAnswersThatCannotBeUsed(t *testing.T) {
	s := newShop(t)
	media := func(size int) string {
		got, err := s.config.API.UploadMedia(t.Context(), "image", "a.png", append([]byte(picture), make([]byte, size)...))
		require.NoError(t, err)
		return got.MediaID
	}
	large, small := media(5<<20), media(1)
	for _, tt := range []struct{ name, body, hint, zh string }{
		{"a photo over the limit", `media.get("` + large + `")`, "over 4 MiB", "超过 4 MiB"},
		{"the same by api.call", `api.call("/cgi-bin/media/get", nil, {query = {media_id = "` + large + `"}})`, "over 4 MiB", "超过 4 MiB"},
		{"a picture by api.call", `api.call("/cgi-bin/media/get", nil, {query = {media_id = "` + small + `"}})`, "fetched with media.get", "请用 media.get"},
		{"a path that is mistyped", `api.call("/cgi-bin/nosuch")`, "WeChat has no such API path", "微信没有这个接口路径"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := s.says(`local v, err = ` + tt.body + ` return tostring(v) .. " " .. err.hint .. " " .. err.hint_zh`)
			require.True(t, strings.HasPrefix(got, "nil "), got)
			require.Contains(t, got, tt.hint)
			require.Contains(t, got, tt.zh)
			require.NotContains(t, got, "carried out")
			require.NotContains(t, got, "could not be reached")
			require.NotContains(t, got, "有没有生效")
		})
	}
}

// The token goes to scripts of accounts that say so, and into nothing that people read.
func TestAccessToken(t *testing.T) {
	s := newShop(t)
	s.config.ExposeToken = true
	row, err := s.config.API.(bindings.Calls).AccessToken(t.Context())
	require.NoError(t, err)
	token := row.Token.Reveal()
	out, err := s.run(`local t = api.access_token()
		log.info("token", t, {t}) print(("x"):rep(10) .. t) log.warn(t:sub(1, 40)) log.info(t:sub(5, 60), t:sub(-30))
		return hash.md5(t)`)
	require.NoError(t, err)
	require.Len(t, out.Reply.Content, 32)
	require.Len(t, out.Log, 4)
	for _, e := range out.Log {
		require.NotContains(t, e.Text, token[:12])
		require.NotContains(t, e.Text, token[20:32])
		require.NotContains(t, e.Text, token[len(token)-12:])
		require.Contains(t, e.Text, "[redacted]")
	}

	out, err = s.run(`local t = api.access_token() log.info(t:sub(5, 15)) log.info(t:sub(5, 16))`)
	require.NoError(t, err)
	require.Equal(t, token[4:15], out.Log[0].Text, "so little of it betrays nothing")
	require.Equal(t, "[redacted]", out.Log[1].Text)

	_, err = s.run(`local t = api.access_token() error("no " .. t)`)
	require.ErrorContains(t, err, "no [redacted]")
	require.NotContains(t, err.Error(), token[:12])
	_, err = s.run(`local t = api.access_token() local x = {t} error({why = t})`)
	require.Error(t, err)
	require.NotContains(t, errorText(t, err), token[:12])

	require.Contains(t, s.raises(`return "it is " .. api.access_token()`), "the answer holds the account's access_token")
	require.Contains(t, s.raises(`return reply.news{title = "t", url = "https://e.com/?t=" .. api.access_token()}`), "the answer holds")
}

// Nor does it go to a fan in any other message.
func TestNoMessageHoldsTheToken(t *testing.T) {
	s := newShop(t)
	s.config.ExposeToken = true
	for _, call := range []string{
		`send.text("$amy", "it is " .. T)`,
		`send.text("$amy", T:sub(20, 40))`,
		`send.news("$amy", {{title = "t", url = "https://e.com/?t=" .. T}})`,
		`send.msgmenu("$amy", {list = {{id = "1", content = T}}})`,
		`template.send("$amy", "order_paid", {thing1 = T})`,
		`template.send("$amy", "order_paid", {thing1 = "x"}, {miniprogram = {appid = "wx1", pagepath = T}})`,
		`mass.send{filter = {is_to_all = true}, text = {content = T}}`,
		`mass.preview{touser = "$amy", text = {content = T}}`,
		`api.call("/cgi-bin/message/custom/send", {touser = "$amy", msgtype = "text", text = {content = T}})`,
		`api.call("/cgi-bin/message/mass/sendall", {filter = {is_to_all = true}, msgtype = "text", text = {content = T}})`,
	} {
		got := s.raises("local T = api.access_token() return show{" + call + "}")
		require.Contains(t, got, "holds the account's access_token, which no fan must see", call)
	}
	chat, err := s.p.Chat("demo", "amy")
	require.NoError(t, err)
	require.Len(t, chat.Entries(), 1, "what amy said")
}

// An answer that quotes the live token is masked before the script sees it.
func TestALiveTokenInAnAnswerIsMasked(t *testing.T) {
	s := newShop(t)
	row, err := s.config.API.AccessToken(t.Context())
	require.NoError(t, err)
	token := row.Token.Reveal()
	got := s.says(`local key = short.gen("` + token + `") return show(short.fetch(key))`)
	require.NotContains(t, got, token)
	require.Contains(t, got, "***")
}

func TestMediaOverTheStringLimit(t *testing.T) {
	s := newShop(t)
	s.config.API = largeMedia{s.config.API}
	got := s.says(`local f, err = media.get("M") return show{tostring(f), err.errcode, err.hint}`)
	require.Contains(t, got, `["nil",45001,"the file has 4194305 bytes`)
}

func TestMediaFolders(t *testing.T) {
	s := newShop(t)
	s.config.Media = nil
	require.Contains(t, s.raises(`media.upload("image", "media/cup.png")`), "media/cup.png: there is no folder media/")
}

var _ bindings.API = (*api.Client)(nil)

// largeMedia is a WeChat whose media are a byte larger than a string may be.
type largeMedia struct{ bindings.API }

func (largeMedia) DownloadMedia(context.Context, string) (api.File, error) {
	return api.File{Name: "a.jpg", ContentType: "image/jpeg", Data: make([]byte, 4<<20+1)}, nil
}

// errorText is all of an error that people can see.
func errorText(t *testing.T, err error) string {
	t.Helper()
	var e *engine.ScriptError
	require.ErrorAs(t, err, &e)
	return fmt.Sprintf("%+v", *e)
}

// TestWhatWasSentIsNoted: each message to a fan, by whichever function, and what WeChat said to it; nothing else.
func TestWhatWasSentIsNoted(t *testing.T) {
	s := newShop(t)
	out, err := s.run(`local data = {thing1 = "a", amount2 = "¥1"}
		local id = template.send("$amy", "order_paid", data)
		send.text("$amy", "hi")
		send.msgmenu("$amy", {head_content = "which?", list = {{id = "1", content = "a"}}})
		send.text("oNOBODY", "hi")
		subscribe_message.send("$amy", "` + shopNotice + `", {thing1 = "a"})
		api.call("/cgi-bin/message/custom/send", {touser = "$amy", msgtype = "text", text = {content = "by hand"}})
		local other = api.call("/cgi-bin/message/template/send", {touser = "$amy", template_id = "PAID_TEMPLATE", data = {thing1 = {value = "a"}, amount2 = {value = "¥1"}}})
		api.call("/cgi-bin/message/mass/speed/get", {}) mass.get("4711") user.get("$amy") send.typing("$amy")
		pcall(send.text, "$amy", "\1")
		return id .. " " .. other.msgid`)
	require.NoError(t, err)
	ids := strings.Fields(out.Reply.Content)
	var got []string
	for _, m := range out.Sent {
		require.Equal(t, int64(1_760_000_000), m.At.Unix())
		refused := ""
		if m.Err != nil {
			refused = " refused"
		}
		got = append(got, strings.TrimSpace(strings.Join([]string{m.To, m.Kind, m.Shown, m.MsgID}, " "))+refused)
	}
	want := s.fans.Replace(strings.Join([]string{
		"$amy template PAID_TEMPLATE " + ids[0], "$amy custom:text hi", "$amy custom:msgmenu which?", "oNOBODY custom:text hi refused",
		"$amy subscribe " + shopNotice + " refused", "$amy custom:text by hand", "$amy template PAID_TEMPLATE " + ids[1],
	}, "\n"))
	require.Equal(t, want, strings.Join(got, "\n"))
}
