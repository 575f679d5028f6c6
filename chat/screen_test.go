package chat_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/chat"
)

// TestAPersonIsNotTroubledByNothing: where the bot pushes nothing more, neither a line nor a prompt comes.
func TestAPersonIsNotTroubledByNothing(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	looks := make(chan struct{}, 10)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/dev/chat" {
			looks <- struct{}{}
		}
		w.desk.ServeHTTP(rw, r)
	}))
	defer server.Close()
	typed, keys := io.Pipe()
	var out screen
	over := make(chan error, 1)
	go func() {
		over <- chat.Talk{Client: chat.Client{Base: server.URL}, Account: "shop", Fan: "amy", In: typed, Out: &out, Wait: patient, Interactive: true}.Run(t.Context())
	}()
	<-looks // whether the account is there
	_, err := io.WriteString(keys, "hello\n")
	require.NoError(t, err)
	<-looks // for the answer
	<-looks // for more, when the bot is done
	_, err = io.WriteString(keys, "/quit\n")
	require.NoError(t, err)
	require.NoError(t, <-over)
	require.Equal(t, "amy: bot: you say hello\namy: ", out.String())
}

// TestLongLines of almost a mebibyte are read whole; longer ones end the talk with an error.
func TestLongLines(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	out, err := w.talk("/dance " + strings.Repeat("x", 1<<20-100) + "\n/sing\n")
	require.NoError(t, err)
	require.Equal(t, "there is no /dance; /help lists what there is\nthere is no /sing; /help lists what there is\n", out)
	_, err = w.talk("/dance " + strings.Repeat("x", 1<<20) + "\n")
	require.EqualError(t, err, "a line is too long: at most 1048576 bytes can be said at once")
}

// TestAnAnswerOfAnotherServer that is JSON and says nothing of a delivery.
func TestAnAnswerOfAnotherServer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, "{}") }))
	defer server.Close()
	c := chat.Client{Base: server.URL}
	_, err := c.Push(t.Context(), chat.Ask{Account: "shop", Fan: "amy", Kind: "text", Args: []string{"hi"}})
	require.ErrorContains(t, err, "is no `moonwire dev`")
	_, err = c.MoveClock(t.Context(), "1h")
	require.ErrorContains(t, err, "is no `moonwire dev`")
}
