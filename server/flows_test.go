package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/server/admin"
	"moonwire/store"
	"moonwire/wechat/sim"
)

const flowScript = `
on.text("付款", flow("pay", function(c)
  local paid = c:wait_signal("paid", {timeout = "1d"})
  store.set("paid", {json = paid})
  local again = c:wait_signal("paid", {timeout = "1d"})
  return "两次"
end))
on.text("下单", flow("order", function(c)
  local n = c:ask("几杯?", {integer = true})
  store.incr("orders")
  if n == 7 then local x = nothing.here end
  return n .. " 杯"
end))
local call = flow("call", function(c, about) return c:ask(about .. "怎么样?") end)
on.text("回访", function(msg)
  local id, err = call:start(msg.openid, "茶")
  local id2, err2 = call:start(msg.openid, "茶")
  return (id and "好" or err.kind) .. " " .. (id2 and "好" or err2.kind)
end)
on.text("付了没", function() return tostring(store.get("paid") ~= nil) end)
on.fallback("没听懂")`

func flowHouse(t *testing.T) *house {
	t.Helper()
	return newHouseOf(t, map[string]string{"shop/account.yaml": accountYAML, "shop/main.lua": flowScript})
}

// signal sends a signal to amy and gives its answer in words.
func (h *house) signal(body string) string {
	h.t.Helper()
	a := h.call("flows/signal", strings.Replace(body, "{", `{"openid":"`+amy+`","name":"paid",`, 1))
	if a.status != http.StatusOK {
		f := a.failure(h.t)
		return fmt.Sprint(a.status, " ", f.Kind, " ", f.Field, ": ", f.Message)
	}
	var got struct{ Delivered string }
	a.into(h.t, &got)
	return got.Delivered
}

// awaitConversation waits until amy's conversation is as wanted.
func (h *house) awaitConversation(what string, fits func(c store.Conversation, found bool) bool) {
	h.t.Helper()
	require.Eventually(h.t, func() bool {
		c, found, err := h.store.FindConversation(h.t.Context(), "shop", amy)
		return err == nil && fits(c, found)
	}, patient, time.Millisecond, what)
}

// TestSignalsOverHTTP: now or kept, once for an id, within bounds that are told.
func TestSignalsOverHTTP(t *testing.T) {
	h := flowHouse(t)
	for _, tt := range []struct{ name, body, want string }{
		{"no id", `{"data":1}`, "400 invalid_parameter id: is missing; want a string"},
		{"an empty id", `{"id":""}`, "400 invalid_parameter id: is empty; want a string"},
		{"a long id", `{"id":"` + strings.Repeat("x", 257) + `"}`, "400 invalid_parameter id: has 257 characters; want at most 256"},
		{"an id of many bytes", `{"id":"` + strings.Repeat("单", 256) + `"}`, "kept"},
		{"too much data", `{"id":"big","data":"` + strings.Repeat("x", 16<<10-1) + `"}`, "400 invalid_parameter data: has more than 16 KiB"},
		{"as much as may be", `{"id":"full","data":"` + strings.Repeat("x", 16<<10-2) + `"}`, "kept"},
		{"another field", `{"id":"P-1","datum":1}`, "400 invalid_parameter datum: is unknown; want openid, name, id, data"},
		{"kept", `{"id":"P-1","data":{"yuan":28}}`, "kept"},
		{"the same again", `{"id":"P-1","data":{"yuan":29}}`, "kept"},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, h.signal(tt.body)) })
	}
	for i := range 97 {
		require.Equal(t, "kept", h.signal(fmt.Sprintf(`{"id":"n%d"}`, i)))
	}
	require.Equal(t, "409 conflict openid: 100 signals are kept for the fan already, and none was taken", h.signal(`{"id":"one too many"}`))
	require.Equal(t, "kept", h.signal(`{"id":"P-1"}`), "a repeat takes no room")
	a := h.request(http.MethodPost, "/api/v1/shop/flows/signal", `{}`)
	require.Equal(t, http.StatusUnauthorized, a.status)
}

// TestARepeatedSignalCountsOnce, whatever has become of the first.
func TestARepeatedSignalCountsOnce(t *testing.T) {
	h := flowHouse(t)
	waits := func(c store.Conversation, found bool) bool {
		return found && c.State == store.ConversationWaits && c.Question == "paid"
	}
	h.says(sim.Text("付款"))
	require.Equal(t, "now", h.signal(`{"id":"P-1","data":{"yuan":28}}`))
	h.awaitConversation("it waits for the second", func(c store.Conversation, found bool) bool { return waits(c, found) && c.Pieces > 1 })
	require.Equal(t, "true", h.says(sim.Text("付了没")).Reply.Text)
	require.Equal(t, "now", h.signal(`{"id":"P-1","data":{"yuan":28}}`), "as the first was")
	c, _, err := h.store.FindConversation(t.Context(), "shop", amy)
	require.NoError(t, err)
	require.NotEqual(t, store.DueSignal, c.Why, "it is not woken by a repeat")
	require.Equal(t, "now", h.signal(`{"id":"P-2"}`))
	h.awaitConversation("it is over", func(_ store.Conversation, found bool) bool { return !found })
	require.Equal(t, "now", h.signal(`{"id":"P-2"}`), "it was delivered, though nobody waits now")
	require.Equal(t, "kept", h.signal(`{"id":"P-3"}`))
}

// TestFlowsOverTheDoor shows, ends and resumes conversations, each change with its row in the audit.
func TestFlowsOverTheDoor(t *testing.T) {
	h := flowHouse(t)
	operator := h.newDoor().Admin(anywhere{})
	document := doorSpec(t, operator)
	ask := func(method, more string) (answer, map[string]any) {
		t.Helper()
		a := door(t, operator, method, `{"account":"shop","openid":"`+amy+`"`+more+`}`, "Authorization", bearer, admin.AsHeader, "anna")
		var got map[string]any
		require.NoError(t, json.Unmarshal([]byte(a.body), &got), a.body)
		if a.status == http.StatusOK {
			require.NoError(t, fits(document.at(t, "paths", "/admin/v1/"+method, "post", "responses", "200", "content", "application/json", "schema"), got), a.body)
		}
		return a, got
	}
	audit := func() (rows []string) {
		log, err := h.store.AuditLog(t.Context(), store.AuditFilter{Limit: 500})
		require.NoError(t, err)
		for _, e := range log {
			rows = append(rows, e.Who.String()+" "+e.Act+" "+e.Object)
		}
		return rows
	}
	for _, method := range []string{"flows/show", "flows/end", "flows/resume"} {
		a, _ := ask(method, "")
		require.Equal(t, http.StatusNotFound, a.status, method)
		require.Equal(t, []string{"openid", "the fan is in no conversation"}, []string{a.failure(t).Field, a.failure(t).Message})
	}
	require.Empty(t, audit(), "nothing was changed")

	require.Equal(t, "几杯?", h.says(sim.Text("下单")).Reply.Text)
	_, c := ask("flows/show", "")
	require.Equal(t, []any{"order", "waits", "integer", "几杯?", "expire", amy}, []any{c["flow"], c["state"], c["kind"], c["question"], c["why"], c["openid"]})
	id := c["id"].(string)
	a, _ := ask("flows/resume", `,"build":"00000000"`)
	require.Equal(t, []any{http.StatusNotFound, "build"}, []any{a.status, a.failure(t).Field})
	a, _ = ask("flows/resume", "")
	require.Equal(t, http.StatusOK, a.status, a.body)
	h.awaitConversation("it waits as before", func(c store.Conversation, found bool) bool {
		return found && c.State == store.ConversationWaits && c.Question == "几杯?"
	})
	require.Equal(t, []string{"cli:anna flow.resume order " + id + " " + c["build"].(string)}, audit())

	h.says(sim.Text("7"))
	_, c = ask("flows/show", "")
	require.Equal(t, "failed", c["state"])
	require.Contains(t, c["why"], "nothing")
	require.Equal(t, map[string]any{"what": "called", "text": "called store.incr 「orders」 → 1", "text_zh": "调用了 store.incr 「orders」 → 1"}, c["journal"].([]any)[2])
	a, _ = ask("flows/end", "")
	require.Equal(t, http.StatusOK, a.status, a.body)
	require.Equal(t, "cli:anna flow.end order "+id, audit()[0])
	a, _ = ask("flows/end", "")
	require.Equal(t, http.StatusNotFound, a.status, "once")
	require.Len(t, audit(), 2)
}

// TestListsOfFlowsHavePages.
func TestListsOfFlowsHavePages(t *testing.T) {
	h := flowHouse(t)
	operator := h.newDoor().Admin(anywhere{})
	turn := h.store.Turn(store.TurnKey{Account: "shop", Unclaimed: true})
	for i := range 5 {
		c := store.Conversation{OpenID: fmt.Sprintf("fan%d", i), ID: fmt.Sprintf("%016x", i), Flow: "gone", Expires: time.Now().Add(time.Hour)}
		require.NoError(t, turn.Start(t.Context(), c, nil, false))
	}
	require.NoError(t, turn.Finish(t.Context(), store.Result{}))
	seen, after := []string{}, "null"
	for range 3 {
		var page struct {
			Conversations []admin.Conversation
			Next          *string
		}
		door(t, operator, "flows/list", `{"account":"shop","limit":2,"after":`+after+`}`, "Authorization", bearer).into(t, &page)
		for _, c := range page.Conversations {
			seen = append(seen, c.OpenID)
		}
		if page.Next != nil {
			after = `"` + *page.Next + `"`
		}
	}
	require.Equal(t, []string{"fan0", "fan1", "fan2", "fan3", "fan4"}, seen)
}

// TestAFlowIsStarted for a fan who has not asked, once.
func TestAFlowIsStarted(t *testing.T) {
	h := flowHouse(t)
	require.Equal(t, "好 busy", h.says(sim.Text("回访")).Reply.Text)
	h.awaitConversation("it waits", func(c store.Conversation, found bool) bool {
		return found && c.State == store.ConversationWaits && c.Question == "茶怎么样?"
	})
	require.Equal(t, "不错", h.says(sim.Text("不错")).Reply.Text)
}

// TestADraftIsTried on those who wait, without a trace of it.
func TestADraftIsTried(t *testing.T) {
	h := flowHouse(t)
	operator := h.newDoor().Admin(anywhere{})
	require.Eventually(t, func() bool { builds, err := h.fleet.Builds(t.Context(), "shop"); return err == nil && len(builds) == 1 }, patient, time.Millisecond)
	h.says(sim.Text("下单"))
	before, _, err := h.store.FindConversation(t.Context(), "shop", amy)
	require.NoError(t, err)
	try := func(files map[string]string) answer {
		d := admin.Draft{Account: "shop", Media: map[string]int64{"media/cup.jpg": 20 << 10}}
		for name, body := range files {
			d.Files = append(d.Files, admin.DraftFile{Name: name, Base64: []byte(body)})
		}
		body, err := json.Marshal(d)
		require.NoError(t, err)
		return door(t, operator, "flows/try", string(body), "Authorization", bearer)
	}
	acts := "store.set('tried', 1) send.text(c.msg.openid, '试') http.post('https://example.com/x') "
	for _, tt := range []struct{ name, old, now, want string }{
		{"as it is", "", "", "1 wait; of 1 tried 1 go on"},
		{"a picture of the draft", `on.fallback("没听懂")`, `on.image(function() return reply.image("media/cup.jpg") end)`, "1 wait; of 1 tried 1 go on"},
		{"reworded", "几杯?", "要几杯?", "1 wait; of 1 tried 1 go on"},
		{"another question", `local n = c:ask("几杯?", {integer = true})`, `local n = c:ask("谁?") .. c:ask("几个?")`, "1 wait; of 1 tried 0 go on, 1 go on with the build that asked, for a day, at 「几杯?」: the script asks 「谁?」 where the fan was asked 「几杯?」"},
		{"what asks outside", `local n = c:ask("几杯?"`, `local x = store.get("x") local n = c:ask("几杯?"`, "1 wait; of 1 tried 0 go on, 1 cannot be told without asking outside"},
		{"what acts", `local n = c:ask("几杯?"`, acts + `local n = c:ask("几杯?"`, "1 wait; of 1 tried 0 go on, 1 cannot be told without asking outside"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got admin.Tried
			try(map[string]string{"main.lua": strings.Replace(flowScript, tt.old, tt.now, 1)}).into(t, &got)
			require.Equal(t, tt.want, got.Words)
			require.False(t, got.Anew)
		})
	}
	a := try(map[string]string{"main.lua": "on.text("})
	require.Equal(t, http.StatusBadRequest, a.status)
	require.Contains(t, a.failure(t).Message, "the folder cannot serve: main.lua:1: ")
	require.Contains(t, try(map[string]string{"lib/x.lua": ""}).failure(t).Message, "main.lua")
	a = try(map[string]string{"main.lua": strings.Repeat("x", 7<<20)})
	require.Equal(t, []any{http.StatusRequestEntityTooLarge, "is larger than 8 MiB"}, []any{a.status, a.failure(t).Message})
	a = door(t, operator, "flows/try", `{"account":"shop","files":[{"name":"main.lua","base64":"%"}]}`, "Authorization", bearer)
	require.Equal(t, "files", a.failure(t).Field)

	after, _, err := h.store.FindConversation(t.Context(), "shop", amy)
	require.NoError(t, err)
	require.Equal(t, before, after)
	_, found, err := h.store.Turn(store.TurnKey{Account: "shop", Unclaimed: true}).Get(t.Context(), "tried")
	require.NoError(t, err)
	require.False(t, found)
	calls, err := h.platform.Calls("shop", 0)
	require.NoError(t, err)
	require.Empty(t, calls)
	builds, err := h.store.Builds(t.Context(), "shop")
	require.NoError(t, err)
	require.Len(t, builds, 1)
}
