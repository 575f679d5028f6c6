package server_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

// TestTracesThroughTheDoor: both methods answer as the document says, for a turn that is kept and one that is not there.
func TestTracesThroughTheDoor(t *testing.T) {
	h := flowHouse(t)
	require.Equal(t, "false", h.says(sim.Text("付了没")).Reply.Text)
	h.says(sim.Text("下单"))
	s := h.newDoor()
	operator := s.Admin(anywhere{})
	document := doorSpec(t, operator)
	for _, tt := range []struct {
		name, method, body string
		status             int
		want               string
	}{
		{"run again", "traces/replay", `{"account":"shop"}`, 200, `"result":"same"`},
		{"a conversation", "traces/replay", `{"account":"shop","limit":1}`, 200, `part of a conversation`},
		{"a draft", "traces/replay", `{"account":"shop","files":[{"name":"main.lua","base64":"b24udGV4dCgiaGkiLCAiaG8iKQo="}]}`, 200, `"result":"differs"`},
		{"a draft that is broken", "traces/replay", `{"account":"shop","files":[{"name":"main.lua","base64":"b24udGV4dCg="}]}`, 400, `the folder cannot serve: main.lua:1`},
		{"no base64", "traces/replay", `{"account":"shop","files":[{"name":"main.lua","base64":"!"}]}`, 400, `main.lua: base64 is none`},
		{"too many", "traces/replay", `{"account":"shop","limit":501}`, 400, `"limit"`},
		{"no such turn", "traces/replay", `{"account":"shop","trace":"ZZZZZZ"}`, 404, `nothing is kept`},
		{"no such trace", "traces/show", `{"trace":"ZZZZZZ"}`, 404, `no message with that trace`},
		{"too short", "traces/show", `{"trace":"Z"}`, 400, `"trace"`},
		{"another account's", "traces/show", `{"account":"nobody","trace":"ZZZZZZ"}`, 404, `nobody`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := door(t, operator, tt.method, tt.body, "Authorization", bearer)
			require.Equal(t, tt.status, a.status, "%s", a.body)
			require.Contains(t, string(a.body), tt.want)
			if tt.status != http.StatusOK {
				return
			}
			var got any
			a.into(t, &got)
			schema := document.at(t, "paths", "/admin/v1/"+tt.method, "post", "responses", "200", "content", "application/json", "schema")
			require.NoError(t, fits(schema, got), "%s", a.body)
		})
	}
	var all struct{ Turns []struct{ Trace string } }
	door(t, operator, "traces/replay", `{"account":"shop"}`, "Authorization", bearer).into(t, &all)
	require.NotEmpty(t, all.Turns)
	a := door(t, operator, "traces/show", `{"trace":"`+all.Turns[len(all.Turns)-1].Trace+`"}`, "Authorization", bearer)
	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	require.Contains(t, string(a.body), `"function":"store.get"`)
	var got any
	a.into(t, &got)
	schema := document.at(t, "paths", "/admin/v1/traces/show", "post", "responses", "200", "content", "application/json", "schema")
	require.NoError(t, fits(schema, got), "%s", a.body)
}
