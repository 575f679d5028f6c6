package chat_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/chat"
)

// ask sends one request to a DevAPI.
func ask(d chat.DevAPI, method, target, body string) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	d.ServeHTTP(rec, httptest.NewRequest(method, target, strings.NewReader(body)))
	return rec
}

// TestWhatTheDevAPIRefuses shows the status and the words of each refusal.
func TestWhatTheDevAPIRefuses(t *testing.T) {
	w := newTown(t)
	for _, tc := range []struct {
		name, method, target, body string
		status                     int
		want                       string
	}{
		{"an unknown call", "GET", "/dev/nothing", "", http.StatusNotFound, "no such call: there are POST /dev/push, GET /dev/chat, GET /dev/busy, POST /dev/clock"},
		{"another method", "GET", "/dev/push", "", http.StatusNotFound, "no such call: there are POST /dev/push, GET /dev/chat, GET /dev/busy, POST /dev/clock"},
		{"no JSON", "POST", "/dev/push", "hello", http.StatusBadRequest, "the body is no JSON of the wanted shape: "},
		{"an unknown field", "POST", "/dev/push", `{"acount":"shop"}`, http.StatusBadRequest, `the body is no JSON of the wanted shape: json: unknown field "acount"`},
		{"too long", "POST", "/dev/push", `{"kind":"text","args":["` + strings.Repeat("x", 1<<20) + `"]}`, http.StatusBadRequest, "the body is no JSON of the wanted shape: "},
		{"as long as may be", "POST", "/dev/push", `{"kind":"klick","args":["` + strings.Repeat("x", 1<<20-50) + `"]}`, http.StatusBadRequest, `"klick" is nothing a fan does`},
		{"nothing a fan does", "POST", "/dev/push", `{"account":"shop","fan":"amy","kind":"klick","args":["TODAY"]}`, http.StatusBadRequest, `"klick" is nothing a fan does; want one of: text CONTENT, `},
		{"an act without its key", "POST", "/dev/push", `{"account":"shop","fan":"amy","kind":"click"}`, http.StatusBadRequest, "click wants: click KEY"},
		{"an act that the fan cannot do", "POST", "/dev/push", `{"account":"shop","fan":"amy","kind":"again"}`, http.StatusBadRequest, ""},
		{"a push to an account that is not there", "POST", "/dev/push", `{"account":"shpo","fan":"amy","kind":"text","args":["hi"]}`, http.StatusNotFound, "nobody is called shpo"},
		{"the chat of an account that is not there", "GET", "/dev/chat?account=shpo&fan=amy", "", http.StatusNotFound, "nobody is called shpo"},
		{"whether an account that is not there is busy", "GET", "/dev/busy?account=shpo&fan=amy", "", http.StatusNotFound, "nobody is called shpo"},
		{"no duration", "POST", "/dev/clock", `{"move":"tomorrow"}`, http.StatusBadRequest, "move: want a duration such as 49h or -10m"},
		{"a clock without JSON", "POST", "/dev/clock", "49h", http.StatusBadRequest, "the body is no JSON of the wanted shape: "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rec := ask(w.desk, tc.method, tc.target, tc.body)
			require.Equal(t, tc.status, rec.Code)
			require.Equal(t, "application/json; charset=utf-8", rec.Header().Get("Content-Type"))
			var refused chat.Refused
			require.NoError(t, json.Unmarshal(rec.Body.Bytes(), &refused))
			require.NotEmpty(t, refused.Error)
			require.Contains(t, refused.Error, tc.want)
		})
	}
	require.Empty(t, w.lines("amy"), "nothing was delivered")
}

// TestADeskThatCannotSayWhy gives the platform's words.
func TestADeskThatCannotSayWhy(t *testing.T) {
	w := newTown(t)
	w.desk.Unknown = nil
	rec := ask(w.desk, "GET", "/dev/chat?account=shpo&fan=amy", "")
	require.Equal(t, http.StatusNotFound, rec.Code)
	require.Contains(t, rec.Body.String(), "no such account")
}

// TestPushLetsAFanAct tells what the phone shows, and where the chat stood before.
func TestPushLetsAFanAct(t *testing.T) {
	w := newTown(t)
	told, err := w.client.Push(t.Context(), chat.Ask{Account: "shop", Fan: "amy", Kind: "text", Args: []string{"hello", "<there>"}})
	require.NoError(t, err)
	require.Zero(t, told.Before)
	require.Equal(t, "you say hello <there>", told.Reply.Text)
	require.Equal(t, openID("amy"), told.OpenID)
	require.Len(t, told.Attempts, 1)
	told, err = w.client.Push(t.Context(), chat.Ask{Account: "shop", Fan: "amy", Kind: "click", Args: []string{"TODAY"}})
	require.NoError(t, err)
	require.EqualValues(t, 2, told.Before)
	require.Equal(t, "event CLICK TODAY", told.Reply.Text)

	rec := ask(w.desk, "POST", "/dev/push", `{"account":"shop","fan":"amy","kind":"text","args":["<b>"]}`)
	require.Equal(t, http.StatusOK, rec.Code)
	require.Contains(t, rec.Body.String(), "you say <b>", "characters stay as they are")
}

// TestLinesSinceAndToCome gives the lines above a number at once, and waits for the next one only when told.
func TestLinesSinceAndToCome(t *testing.T) {
	w := newTown(t)
	_, err := w.client.Push(t.Context(), chat.Ask{Account: "shop", Fan: "amy", Kind: "text", Args: []string{"one"}})
	require.NoError(t, err)
	for _, tc := range []struct {
		name  string
		after int64
		want  []string
	}{
		{"all", 0, []string{"fan: one", "bot: you say one"}},
		{"the last", 1, []string{"bot: you say one"}},
		{"none", 2, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := w.client.Lines(t.Context(), "shop", "amy", tc.after, 0)
			require.NoError(t, err)
			require.Equal(t, tc.want, shown(got))
		})
	}
	waited := make(chan []string, 1)
	go func() {
		got, _ := w.client.Lines(t.Context(), "shop", "amy", 2, patient)
		waited <- shown(got)
	}()
	w.pushText(openID("amy"), "late")
	require.Equal(t, []string{"bot: late"}, <-waited)

	got, err := w.client.Lines(t.Context(), "shop", "amy", 3, 1)
	require.NoError(t, err)
	require.Empty(t, got, "a wait that is over")
	got, err = w.client.Lines(t.Context(), "shop", "bob", 0, 0)
	require.NoError(t, err)
	require.Empty(t, got, "a fan who said nothing")
}

// TestALeftDeskSaysNothing answers nobody who has gone while waiting.
func TestALeftDeskSaysNothing(t *testing.T) {
	w := newTown(t)
	w.busyAs(func(string, string) bool { return true })
	for _, target := range []string{"/dev/chat?account=shop&fan=amy&wait=1m", "/dev/busy?account=shop&fan=amy&wait=1m"} {
		ctx, stop := context.WithCancel(t.Context())
		stop()
		rec := httptest.NewRecorder()
		w.desk.ServeHTTP(rec, httptest.NewRequest("GET", target, nil).WithContext(ctx))
		require.Empty(t, rec.Body.String(), target)
	}
}

// TestTheClockMoves for everybody, there and back.
func TestTheClockMoves(t *testing.T) {
	w := newTown(t)
	start := w.platform.Now()
	now, err := w.client.MoveClock(t.Context(), "49h")
	require.NoError(t, err)
	require.Equal(t, "49h0m0s", now.Sub(start).String())
	now, err = w.client.MoveClock(t.Context(), "-1h")
	require.NoError(t, err)
	require.Equal(t, "48h0m0s", now.Sub(start).String())
	require.True(t, now.Equal(w.platform.Now()))
	_, err = w.client.MoveClock(t.Context(), "tomorrow")
	require.EqualError(t, err, "move: want a duration such as 49h or -10m")
}

// TestWhetherTheBotIsBusy answers as soon as it is done, or when the time is over.
func TestWhetherTheBotIsBusy(t *testing.T) {
	w := newTown(t)
	asked := make(chan string, 100)
	done := make(chan struct{})
	w.busyAs(func(account, openid string) bool {
		select {
		case asked <- account + " " + openid:
		default:
		}
		select {
		case <-done:
			return false
		default:
			return true
		}
	})
	busy, err := w.client.Busy(t.Context(), "shop", "amy", 0)
	require.NoError(t, err)
	require.True(t, busy)
	require.Equal(t, "shop "+openID("amy"), <-asked)

	waited := make(chan bool, 1)
	go func() {
		busy, err := w.client.Busy(t.Context(), "shop", "amy", patient)
		waited <- busy || err != nil
	}()
	<-asked
	close(done)
	require.False(t, <-waited)

	w.desk.Busy = nil
	require.JSONEq(t, `{"busy":false}`, ask(w.desk, "GET", "/dev/busy?account=shop&fan=amy&wait=1m", "").Body.String(), "nobody can tell")
}

// TestALongWaitIsSeveralQuestions goes on asking for longer than one question may take.
func TestALongWaitIsSeveralQuestions(t *testing.T) {
	waits := make(chan string, 3)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		waits <- r.URL.Query().Get("wait")
		answer := `{"busy":true}`
		if len(waits) == 3 {
			answer = `{"busy":false}`
		}
		_, _ = rw.Write([]byte(answer))
	}))
	defer server.Close()
	busy, err := chat.Client{Base: server.URL}.Busy(t.Context(), "shop", "amy", patient)
	require.NoError(t, err)
	require.False(t, busy)
	for range 3 {
		require.Equal(t, "5s", <-waits)
	}
}
