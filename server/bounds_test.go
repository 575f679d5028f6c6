package server_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/server"
)

// TestTheLargestPush is 1 MiB, whether its length was announced or not; one byte more is refused.
func TestTheLargestPush(t *testing.T) {
	const most = 1 << 20
	for _, tc := range []struct {
		name      string
		size      int
		announced bool
		status    int
	}{
		{"the largest", most, true, http.StatusOK},
		{"the largest, not announced", most, false, http.StatusOK},
		{"one more", most + 1, true, http.StatusForbidden},
		{"one more, not announced", most + 1, false, http.StatusForbidden},
		{"none", 0, true, http.StatusOK},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []byte
			s := server.New(&fakeFleet{receive: func(r bot.Responder, body []byte) {
				got = append(got, body...)
				r.Respond("text/plain", []byte("success"), bot.OnReturn)
			}}, server.Options{})
			sent := strings.Repeat("x", tc.size)
			r := httptest.NewRequest(http.MethodPost, "/wx/shop?signature=good", strings.NewReader(sent))
			if !tc.announced {
				r.ContentLength, r.Body = -1, io.NopCloser(iotest.HalfReader(strings.NewReader(sent)))
			}
			w := httptest.NewRecorder()
			s.Public().ServeHTTP(w, r)
			require.Equal(t, tc.status, w.Code)
			if tc.status == http.StatusOK {
				require.Equal(t, tc.size, len(got))
				require.Equal(t, sent, string(got))
			}
		})
	}
}

// TestAnExchangeIsAnsweredOnce: what comes after the first answer changes nothing.
func TestAnExchangeIsAnsweredOnce(t *testing.T) {
	for _, tc := range []struct {
		name   string
		do     func(t *testing.T, r bot.Responder)
		status int
		body   string
	}{
		{"two answers", func(t *testing.T, r bot.Responder) {
			require.True(t, r.Respond("text/plain", []byte("first"), bot.OnReturn))
			require.False(t, r.Respond("text/plain", []byte("second"), bot.OnReturn))
		}, http.StatusOK, "first"},
		{"refused after an answer", func(t *testing.T, r bot.Responder) {
			require.True(t, r.Respond("text/plain", []byte("first"), bot.OnReturn))
			r.Refuse()
		}, http.StatusOK, "first"},
		{"answered after a refusal", func(t *testing.T, r bot.Responder) {
			r.Refuse()
			require.False(t, r.Respond("text/plain", []byte("second"), bot.OnReturn))
		}, http.StatusForbidden, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := server.New(&fakeFleet{receive: func(r bot.Responder, _ []byte) { tc.do(t, r) }}, server.Options{})
			a := serve(s.Public(), http.MethodPost, "/wx/shop?signature=good", strings.NewReader("x"))
			require.Equal(t, tc.status, a.status)
			require.Equal(t, tc.body, a.body)
		})
	}
}

// TestALateAnswerIsNone: once the exchange is over, an answer is neither taken nor waited for.
func TestALateAnswerIsNone(t *testing.T) {
	var late bot.Responder
	s := server.New(&fakeFleet{receive: func(r bot.Responder, _ []byte) {
		late = r
		r.Respond("text/plain", []byte("first"), bot.OnReturn)
	}}, server.Options{})
	a := serve(s.Public(), http.MethodPost, "/wx/shop?signature=good", strings.NewReader("x"))
	require.Equal(t, "first", a.body)
	taken := make(chan bool, 1)
	go func() {
		late.Refuse()
		late.Drop()
		taken <- late.Respond("text/plain", []byte("second"), bot.OnReturn)
	}()
	select {
	case second := <-taken:
		require.False(t, second)
	case <-time.After(patient):
		require.Fail(t, "a late answer waits for ever")
	}
}

// TestBoundsOfConnections leave files to the rest of the program.
func TestBoundsOfConnections(t *testing.T) {
	for _, tc := range []struct{ files, most, silent int }{
		{1, 8, 8}, {16, 8, 8}, {100, 36, 36}, {255, 191, 128}, {1000, 750, 128}, {2000, 1500, 187}, {1 << 20, 10_000, 1250},
	} {
		most, silent := server.NewConnections(tc.files).Bounds()
		require.Equal(t, tc.most, most, "%d files", tc.files)
		require.Equal(t, tc.silent, silent, "%d files", tc.files)
	}
	most, _ := server.NewConnections(0).Bounds()
	require.GreaterOrEqual(t, most, 8, "what the system says")
}

// TestBoundsOfBodiesUnderWay: 8 MiB of at most 4,096 pushes, 16 MiB of at most 1,024 others.
func TestBoundsOfBodiesUnderWay(t *testing.T) {
	require.Equal(t, [2][2]int64{{4096, 8 << 20}, {1024, 16 << 20}}, server.New(&fakeFleet{}, server.Options{}).Bounds())
}
