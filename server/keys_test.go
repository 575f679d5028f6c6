package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/server"
	"moonwire/server/api"
	"moonwire/store"
	"moonwire/wechat/sim"
)

// scopedYAML has a key with all rights and one with two.
func scopedYAML() string {
	return strings.Replace(accountYAML, `api_keys: [ "${env:API_KEY}", "${env:OTHER_KEY}" ]`,
		`api_keys: [ "${env:API_KEY}", {key: "${env:OTHER_KEY}", name: crm, allow: [templates/send, messages/get]} ]`, 1)
}

func newScopedHouse(t *testing.T, change ...func(*server.Options)) *house {
	t.Helper()
	return newHouseOf(t, map[string]string{"shop/account.yaml": scopedYAML(), "shop/main.lua": mainLua}, change...)
}

// asCRM calls a method with the key that has two rights.
func (h *house) asCRM(name, body string) answer {
	h.t.Helper()
	return h.request(http.MethodPost, "/api/v1/shop/"+name, body, "Authorization", "Bearer "+otherKey, "Accept-Language", "zh")
}

// TestAKeyDoesWhatItMay tries every method of the table with the key that may call two.
func TestAKeyDoesWhatItMay(t *testing.T) {
	h := newScopedHouse(t)
	refused := 0
	for _, name := range api.Methods() {
		a := h.asCRM(name, `{"no_such_name":1}`)
		if slices.Contains([]string{"templates/send", "messages/get"}, name) {
			require.Equal(t, "invalid_parameter", a.failure(t).Kind, name)
			continue
		}
		refused++
		require.Equal(t, http.StatusForbidden, a.status, name)
		require.Equal(t, "forbidden", a.failure(t).Kind)
		require.Equal(t, "the key crm may not call "+name+"; it may call templates/send, messages/get", a.failure(t).Message)
		require.Contains(t, a.failure(t).Hint, "api_keys")
		require.NotEqual(t, http.StatusForbidden, h.call(name, `{"no_such_name":1}`).status, "a bare key has all rights")
	}
	require.Equal(t, len(api.Methods())-2, refused)
	require.Equal(t, "not_found", h.asCRM("no/such", `{}`).failure(t).Kind)
	require.NotContains(t, h.log.String(), otherKey)
}

// rows are who did what, the oldest first.
func (h *house) rows() []string {
	h.t.Helper()
	log, err := h.store.AuditLog(h.t.Context(), store.AuditFilter{Account: "shop", Limit: 500})
	require.NoError(h.t, err)
	var rows []string
	for _, e := range slices.Backward(log) {
		rows = append(rows, e.Who.String()+" "+e.Act+" "+e.Object)
	}
	return rows
}

// TestTheAuditTellsWhatKeysChange calls what changes something, what reads, and what comes to nothing.
func TestTheAuditTellsWhatKeysChange(t *testing.T) {
	h := newScopedHouse(t)
	h.says(sim.Subscribe(""))
	h.says(sim.Text("hello"))
	template := `{"touser":"` + amy + `","template_id":"order_paid","data":{"thing1":{"value":"tea"}}}`
	for _, tt := range []struct {
		name, method, body string
		crm                bool
		status             int
		want               []string
	}{
		{name: "a list reads", method: "menus/list", body: `{}`, status: 200},
		{name: "a menu", method: "menus/create", body: `{"button":[{"type":"click","name":"a","key":"A"}]}`, status: 200, want: []string{"key:api_keys[1] menus/create default menu"}},
		{name: "a conditional menu of WeChat's refusal", method: "menus/create", body: `{"button":[{"type":"click","name":"a","key":"A"}],"matchrule":{"tag_id":"999"}}`, status: 422},
		{name: "a menu that does not fit", method: "menus/create", body: `{"button":[]}`, status: 400},
		{name: "all menus", method: "menus/delete", body: `{}`, status: 200, want: []string{"key:api_keys[1] menus/delete all menus"}},
		{name: "a call that acts", method: "call", body: `{"path":"/cgi-bin/tags/create","body":{"tag":{"name":"x"}}}`, status: 200, want: []string{"key:api_keys[1] call /cgi-bin/tags/create"}},
		{name: "a call that reads", method: "call", body: `{"path":"/cgi-bin/tags/get"}`, status: 200},
		{name: "a template", method: "templates/send", body: template, crm: true, status: 200, want: []string{"key:crm templates/send template messages, and what follows today"}},
		{name: "another one on that day", method: "templates/send", body: template, crm: true, status: 200},
		{name: "by another key", method: "templates/send", body: template, status: 200, want: []string{"key:api_keys[1] templates/send template messages, and what follows today"}},
		{name: "a reply", method: "messages/reply", body: `{"touser":"` + amy + `","msgtype":"text","text":{"content":"x"}}`, status: 200, want: []string{"key:api_keys[1] messages/reply customer-service messages, and what follows today"}},
		{name: "without the right", method: "menus/delete", body: `{}`, crm: true, status: 403},
		{name: "the access token", method: "access_token", body: `{}`, status: 200, want: []string{"key:api_keys[1] access_token access_token, and what follows today"}},
	} {
		before := len(h.rows())
		call := h.call
		if tt.crm {
			call = h.asCRM
		}
		a := call(tt.method, tt.body)
		require.Equal(t, tt.status, a.status, "%s: %s", tt.name, a.body)
		require.ElementsMatch(t, tt.want, h.rows()[before:], tt.name)
	}
}

// TestEveryMessageNamesItsKey finds out who sent one, though the audit has a row a day.
func TestEveryMessageNamesItsKey(t *testing.T) {
	h := newScopedHouse(t)
	h.says(sim.Subscribe(""))
	for range 2 {
		var sent, m struct{ Trace, Rule string }
		h.asCRM("templates/send", `{"touser":"`+amy+`","template_id":"order_paid","data":{"thing1":{"value":"tea"}}}`).into(t, &sent)
		h.asCRM("messages/get", `{"trace":"`+sent.Trace+`"}`).into(t, &m)
		require.Equal(t, "key:crm", m.Rule)
	}
}

// TestTheAuditIsNotFlooded does one thing more often than the audit has rows a day for, on two days.
func TestTheAuditIsNotFlooded(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	h := newScopedHouse(t, func(o *server.Options) { o.Now = func() time.Time { return now } })
	create := func(n int) {
		for range n {
			a := h.call("menus/create", `{"button":[{"type":"click","name":"a","key":"A"}]}`)
			require.Equal(t, http.StatusOK, a.status, a.body)
		}
	}
	create(103)
	rows := h.rows()
	require.Len(t, rows, 100)
	require.Equal(t, "key:api_keys[1] menus/create default menu", rows[98])
	require.Equal(t, "key:api_keys[1] menus/create default menu, and what follows today", rows[99])
	now = now.Add(24 * time.Hour)
	create(1)
	require.Len(t, h.rows(), 101)
}
