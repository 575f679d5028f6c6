package chat_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/chat"
)

// TestAServerThatIsNoMoonwireDev is told from one that refuses.
func TestAServerThatIsNoMoonwireDev(t *testing.T) {
	const elsewhere = "what answers at BASE is no `moonwire dev` (its stand-in WeChat has an address of its own): say with --addr where dev listens"
	for _, tc := range []struct {
		name   string
		status int
		body   string
		want   string
	}{
		{"a refusal", 400, `{"error":"click wants: click KEY"}`, "click wants: click KEY"},
		{"another server's page", 404, "<html>", elsewhere},
		{"another server's JSON", 500, `{"message":"x"}`, elsewhere},
		{"an answer that is no JSON", 200, "hello", elsewhere},
	} {
		t.Run(tc.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
				rw.WriteHeader(tc.status)
				_, _ = io.WriteString(rw, tc.body)
			}))
			defer server.Close()
			_, err := chat.Client{Base: server.URL}.MoveClock(t.Context(), "1h")
			require.EqualError(t, err, strings.ReplaceAll(tc.want, "BASE", server.URL))
			require.NotErrorIs(t, err, chat.ErrUnreachable)
		})
	}
}

// TestNobodyAnswers says what to do about it, unless the caller has ended the question.
func TestNobodyAnswers(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	c := chat.Client{Base: server.URL}
	server.Close()
	_, err := c.Push(t.Context(), chat.Ask{Account: "shop", Fan: "amy", Kind: "text", Args: []string{"hi"}})
	require.ErrorIs(t, err, chat.ErrUnreachable)
	require.EqualError(t, err, "no `moonwire dev` answers at "+server.URL+": start it in another terminal, or say where with --addr")
	_, err = c.Busy(t.Context(), "shop", "amy", patient)
	require.ErrorIs(t, err, chat.ErrUnreachable)

	ctx, stop := context.WithCancel(t.Context())
	stop()
	_, err = c.Lines(ctx, "shop", "amy", 0, 0)
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, chat.ErrUnreachable)

	_, err = chat.Client{Base: "http://a b"}.Lines(t.Context(), "shop", "amy", 0, 0)
	require.Error(t, err, "an address that is none")
}

// TestNamesGoWhole through the address of a question.
func TestNamesGoWhole(t *testing.T) {
	w := newTown(t)
	const fan = "amy & bob?=#"
	_, err := w.client.Push(t.Context(), chat.Ask{Account: "shop", Fan: fan, Kind: "text", Args: []string{"hi"}})
	require.NoError(t, err)
	got, err := w.client.Lines(t.Context(), "shop", fan, 0, 0)
	require.NoError(t, err)
	require.Len(t, got, 2)
}
