package server_test

import (
	"cmp"
	"encoding/json"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"moonwire/server"
	"moonwire/server/admin"
	"moonwire/store"
)

const adminToken = "7f3a9c0d5e1b48a6b2c4d6e8f0a1b3c5"

// newDoor opens the door of a house.
func (h *house) newDoor() *server.Server {
	door := admin.New(h.fleet, admin.Options{Token: adminToken, Store: h.store, Log: slog.New(slog.NewTextHandler(h.log, nil)), Noise: rate.NewLimiter(rate.Inf, 1)})
	return server.New(h.fleet, server.Options{Store: h.store, Admin: door})
}

// door asks a method as the owner of the token.
func door(t *testing.T, at http.Handler, method, body string, headers ...string) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1/admin/v1/"+method, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	r.Host = cmp.Or(r.Header.Get("Host"), "127.0.0.1:8420")
	w := httptest.NewRecorder()
	at.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

const bearer = "Bearer " + adminToken

// doorSpec is the document of the door: methods with their examples.
func doorSpec(t *testing.T, at http.Handler) spec {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/admin/v1/openapi.json", nil)
	r.Header.Set("Authorization", bearer)
	w := httptest.NewRecorder()
	at.ServeHTTP(w, r)
	require.Equal(t, http.StatusOK, w.Code, w.Body.String())
	var s spec
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &s))
	return s
}

// doorMethods are the methods of the door, each with the example of its body.
func doorMethods(t *testing.T, at http.Handler) map[string]string {
	t.Helper()
	s := doorSpec(t, at)
	methods := map[string]string{}
	for path := range s.at(t, "paths").(map[string]any) {
		content := s.at(t, "paths", path, "post", "requestBody", "content", "application/json").(map[string]any)
		body, err := json.Marshal(content["example"])
		require.NoError(t, err)
		methods[strings.TrimPrefix(path, "/admin/v1/")] = string(body)
	}
	require.GreaterOrEqual(t, len(methods), 11)
	return methods
}

// TestTheDoorIsShut tries every method without the token, with others, from another host and from another origin, where
// the operator and where a developer reaches it; nothing of it changes anything. To the public there is no door.
func TestTheDoorIsShut(t *testing.T) {
	h := newHouse(t)
	s := h.newDoor()
	loopback, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer loopback.Close()
	operator, developer := s.Admin(loopback, "metrics.example.com"), s.Dev()
	methods := doorMethods(t, operator)
	methods["no/such"], methods[""], methods["openapi.json"] = "{}", "{}", "{}"
	said := map[string]bool{}
	for name, body := range methods {
		for _, tt := range []struct {
			name    string
			headers []string
			want    int
		}{
			{"no token", nil, 401},
			{"an empty one", []string{"Authorization", "Bearer "}, 401},
			{"a wrong one", []string{"Authorization", "Bearer " + strings.Repeat("0", 32)}, 401},
			{"the beginning of it", []string{"Authorization", bearer[:len(bearer)-1]}, 401},
			{"an API key", []string{"Authorization", "Bearer " + apiKey}, 401},
			{"another scheme", []string{"Authorization", "Basic " + adminToken}, 401},
			{"two of them", []string{"Authorization", bearer, "Authorization", bearer}, 401},
			{"another host", []string{"Authorization", bearer, "Host", "evil.example"}, 403},
			{"another origin", []string{"Authorization", bearer, "Origin", "https://evil.example"}, 403},
			{"another site", []string{"Authorization", bearer, "Sec-Fetch-Site", "cross-site"}, 403},
		} {
			for where, at := range map[string]http.Handler{"operator": operator, "developer": developer} {
				a := door(t, at, name, body, tt.headers...)
				require.Equal(t, tt.want, a.status, "%s: %s, %s: %s", where, name, tt.name, a.body)
				if tt.want == 401 {
					f := a.failure(t)
					require.Equal(t, "unauthorized", f.Kind)
					said[strings.ReplaceAll(a.body, f.Trace, "")] = true
				}
			}
		}
		public := door(t, s.Public(), name, body, "Authorization", bearer)
		require.Equal(t, http.StatusForbidden, public.status, name)
		require.Empty(t, public.body)
	}
	require.Len(t, said, 1, "what there is, and what not, nobody learns without the token")
	require.Equal(t, http.StatusOK, door(t, operator, "accounts/list", "{}", "Authorization", bearer, "Host", "metrics.example.com").status)
	log, err := h.store.AuditLog(t.Context(), store.AuditFilter{})
	require.NoError(t, err)
	require.Empty(t, log)
	require.NotContains(t, h.log.String(), adminToken)
}

// TestNoTokenNoDoor: a handler that was given none lets nobody in, whatever he says.
func TestNoTokenNoDoor(t *testing.T) {
	h := newHouse(t)
	none := admin.New(h.fleet, admin.Options{Store: h.store, Log: slog.New(slog.NewTextHandler(h.log, nil)), Noise: rate.NewLimiter(1, 1)})
	for _, said := range []string{"", "Bearer", "Bearer ", "Bearer  "} {
		require.Equal(t, http.StatusUnauthorized, door(t, none, "accounts/list", "{}", "Authorization", said).status)
	}
}

// doorActs are what operators do, in an order in which it can be done, with the row of the audit that tells of it.
var doorActs = []struct{ method, body, want string }{
	{"accounts/list", `{}`, ""},
	{"accounts/show", `{"account":"shop"}`, ""},
	{"accounts/disable", `{"account":"shop"}`, "cli:anna account.disable shop"},
	{"accounts/disable", `{"account":"shop"}`, ""}, // it is already
	{"accounts/enable", `{"account":"shop"}`, "cli:anna account.enable shop"},
	{"builds/list", `{"account":"shop"}`, ""},
	{"flows/list", `{"account":"shop"}`, ""},
	{"flows/try", `{"account":"shop","files":[{"name":"main.lua","base64":"b24udGV4dCgiaGkiLCAiaG8iKQo="}]}`, ""},
	{"builds/get", `{"account":"shop","build":"BUILD"}`, ""},
	{"builds/rollback", `{"account":"shop","build":"BUILD"}`, "cli:anna build.rollback BUILD"},
	{"jobs/list", `{"account":"shop","state":"due"}`, ""},
	{"jobs/list", `{}`, ""},
	{"jobs/show", `{"account":"shop","id":"close"}`, ""},
	{"jobs/cancel", `{"account":"shop","id":"close"}`, "cli:anna job.cancel close"},
	{"jobs/run", `{"account":"shop","id":"close"}`, "cli:anna job.run close"},
	{"jobs/hold", `{"account":"shop"}`, "cli:anna jobs.hold shop"},
	{"jobs/hold", `{"account":"shop"}`, ""}, // they are already
	{"jobs/resume", `{"account":"shop"}`, "cli:anna jobs.resume shop"},
	{"jobs/hold", `{}`, "cli:anna jobs.hold "},
	{"jobs/resume", `{}`, "cli:anna jobs.resume "},
	{"audit/list", `{"account":"shop","limit":5}`, ""},
	{"accounts/rename", `{"account":"old","name":"older"}`, "cli:anna account.rename old older"},
	{"accounts/forget", `{"account":"older"}`, "cli:anna account.forget older"},
}

// TestEveryChangeStandsInTheAudit does all that the door can do.
func TestEveryChangeStandsInTheAudit(t *testing.T) {
	h := newHouse(t)
	b, err := h.store.SaveBuild(t.Context(), "shop", []store.File{{Name: "main.lua", Bytes: []byte("-- x")}}, store.BuildMeta{State: store.BuildGood})
	require.NoError(t, err)
	require.NoError(t, h.store.AccountHere(t.Context(), "old", "wx0"))
	require.NoError(t, h.store.AccountGone(t.Context(), "old"))
	turn := h.store.Turn(store.TurnKey{Account: "shop", Unclaimed: true})
	require.NoError(t, turn.PutJob(t.Context(), store.Job{ID: "close", Kind: store.JobTask, Name: "close", Due: time.Now().Add(time.Hour), Args: []byte(`{"n":1}`)}))
	require.NoError(t, turn.Finish(t.Context(), store.Result{}))
	s := h.newDoor()
	operator := s.Admin(anywhere{})
	document := doorSpec(t, operator)
	rows := func() int {
		log, err := h.store.AuditLog(t.Context(), store.AuditFilter{Limit: 500})
		require.NoError(t, err)
		return len(log)
	}
	untried := doorMethods(t, operator)
	for _, act := range doorActs {
		delete(untried, act.method)
		before := rows()
		a := door(t, operator, act.method, strings.ReplaceAll(act.body, "BUILD", b.ID), "Authorization", bearer, admin.AsHeader, "anna")
		var got any
		a.into(t, &got)
		schema := document.at(t, "paths", "/admin/v1/"+act.method, "post", "responses", "200", "content", "application/json", "schema")
		require.NoError(t, fits(schema, got), "%s: %s", act.method, a.body)
		if act.want == "" {
			require.Equal(t, before, rows(), act.method)
			continue
		}
		require.Equal(t, before+1, rows(), act.method)
		log, err := h.store.AuditLog(t.Context(), store.AuditFilter{Limit: 1})
		require.NoError(t, err)
		require.Equal(t, strings.ReplaceAll(act.want, "BUILD", b.ID), log[0].Who.String()+" "+log[0].Act+" "+log[0].Object)
	}
	require.ElementsMatch(t, []string{"builds/publish", "flows/show", "flows/end", "flows/resume", "traces/show", "traces/replay"}, slices.Collect(maps.Keys(untried)), "tried elsewhere")
}

// TestTheDoorsExamplesFit holds each example of the document against its schema, and slips in bodies against both.
func TestTheDoorsExamplesFit(t *testing.T) {
	h := newHouse(t)
	operator := h.newDoor().Admin(anywhere{})
	document := doorSpec(t, operator)
	for name := range doorMethods(t, operator) {
		post := []string{"paths", "/admin/v1/" + name, "post"}
		request := document.at(t, append(post, "requestBody", "content", "application/json")...).(map[string]any)
		response := document.at(t, append(post, "responses", "200", "content", "application/json")...).(map[string]any)
		require.NoError(t, fits(request["schema"], request["example"]), "%s: request", name)
		require.NoError(t, fits(response["schema"], response["example"]), "%s: answer", name)
		for broken, body := range breakages(request["example"].(map[string]any)) {
			if fits(request["schema"], body) == nil {
				continue
			}
			sent, err := json.Marshal(body)
			require.NoError(t, err)
			f := door(t, operator, name, string(sent), "Authorization", bearer).failure(t)
			require.Equal(t, "invalid_parameter", f.Kind, "%s: %s", name, sent)
			require.NotEmpty(t, f.Field, "%s: %s", name, broken)
		}
	}
}

// TestWhatTheDoorRefuses says in plain words what is wrong, in either language.
func TestWhatTheDoorRefuses(t *testing.T) {
	h := newHouse(t)
	operator := h.newDoor().Admin(anywhere{})
	for _, tt := range []struct {
		name, method, body string
		status             int
		kind, field, want  string
	}{
		{"no such account", "accounts/show", `{"account":"shpo"}`, 404, "not_found", "account", `there is no account "shpo"; 是不是 shop？`},
		{"far from any", "builds/list", `{"account":"nowhere"}`, 404, "not_found", "account", `there is no account "nowhere"; `},
		{"no such method", "account/list", `{}`, 404, "not_found", "", "there is no such method; GET /admin/v1/openapi.json lists them; 是不是 accounts/list？"},
		{"nothing to publish", "builds/publish", `{"note":"x"}`, 409, "conflict", "", "the folders say what is live: save, and it is"},
		{"nothing older", "builds/rollback", `{"account":"shop"}`, 409, "conflict", "", "there is no older build that was good"},
		{"no such build to go back to", "builds/rollback", `{"account":"shop","build":"00000000"}`, 404, "not_found", "build", `there is no such build: "00000000"; `},
		{"no such build", "builds/get", `{"account":"shop","build":"00000000"}`, 404, "not_found", "build", "there is no such build: \"00000000\"; `moonwire builds 账号` 列出保留着的构建"},
		{"live", "accounts/forget", `{"account":"shop"}`, 409, "conflict", "account", "the account is live; 先停用它（`moonwire accounts disable 账号`），或移走它的文件夹"},
		{"no name", "accounts/rename", `{"account":"shop","name":"../x"}`, 400, "invalid_parameter", "name", "cannot be the name of an account; "},
		{"no page", "audit/list", `{"before":"x"}`, 400, "invalid_parameter", "before", "want `next` of the page before; "},
		{"too large", "audit/list", `{"account":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "invalid_parameter", "body", "is larger than 1 MiB; "},
		{"too deep", "audit/list", strings.Repeat("[", 2000), 400, "invalid_parameter", "body", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := door(t, operator, tt.method, tt.body, "Authorization", bearer, "Accept-Language", "zh-CN")
			f := a.failure(t)
			require.Equal(t, tt.status, a.status, a.body)
			require.Equal(t, tt.kind, f.Kind)
			require.Equal(t, tt.field, f.Field)
			require.Contains(t, f.Message+"; "+f.Hint, tt.want)
			require.Contains(t, h.log.String(), f.Trace)
		})
	}
}

// TestWhoSaysHeIs: the name is the asker's word, cut to what an audit can show.
func TestWhoSaysHeIs(t *testing.T) {
	h := newHouse(t)
	operator := h.newDoor().Admin(anywhere{})
	for i, tt := range []struct{ said, want string }{
		{"anna", "cli:anna"}, {"", "cli:"}, {"  安娜 ", "cli:安娜"}, {"a\x1b[2Jb\u202ec", "cli:a[2Jbc"}, {strings.Repeat("安", 100), "cli:" + strings.Repeat("安", 21)}, {"key:crm", "cli:key:crm"},
	} {
		method := []string{"accounts/disable", "accounts/enable"}[i%2]
		require.Equal(t, http.StatusOK, door(t, operator, method, `{"account":"shop"}`, "Authorization", bearer, admin.AsHeader, tt.said).status)
		log, err := h.store.AuditLog(t.Context(), store.AuditFilter{Limit: 1})
		require.NoError(t, err)
		require.Equal(t, tt.want, log[0].Who.String())
	}
}

// TestTheAuditHasPages walks over it.
func TestTheAuditHasPages(t *testing.T) {
	h := newHouse(t)
	operator := h.newDoor().Admin(anywhere{})
	for range 7 {
		require.NoError(t, h.store.Audit(t.Context(), store.AuditEntry{Who: store.Actor{Kind: store.ActorKey, Name: "crm"}, Act: "menus/create", Account: "shop"}))
	}
	before, seen := "null", 0
	for range 3 {
		var page struct {
			Entries []admin.Entry
			Next    *string
		}
		door(t, operator, "audit/list", `{"limit":3,"before":`+before+`}`, "Authorization", bearer).into(t, &page)
		seen += len(page.Entries)
		if page.Next == nil {
			break
		}
		before = `"` + *page.Next + `"`
	}
	require.Equal(t, 7, seen)
}
