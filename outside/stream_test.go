package outside_test

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/outside"
)

// An answer comes piece by piece, counts until it is closed, and is sent nowhere else.
func TestStream(t *testing.T) {
	more := make(chan struct{})
	elsewhere := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		case "/elsewhere":
			elsewhere = true
		default:
			_, _ = io.WriteString(w, "one\n")
			w.(http.Flusher).Flush()
			<-more
			_, _ = io.WriteString(w, "two\n")
		}
	}))
	t.Cleanup(server.Close)
	at, err := outside.ParseOpened(server.Listener.Addr().String())
	require.NoError(t, err)
	client := outside.NewClient(outside.Options{})
	open := client.Account(outside.Policy{Account: "demo", Open: []outside.Opened{at}})
	t.Cleanup(open.Close)
	ask := func(a *outside.Account, path string) (*http.Response, error) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+path, nil)
		require.NoError(t, err)
		return outside.Stream{Account: a}.Do(req)
	}
	resp, err := ask(open, "/")
	require.NoError(t, err)
	lines := bufio.NewReader(resp.Body)
	line, err := lines.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "one\n", line)
	require.Equal(t, 1, client.UnderWay())
	close(more)
	line, err = lines.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "two\n", line)
	require.NoError(t, resp.Body.Close())
	_ = resp.Body.Close()
	require.Zero(t, client.UnderWay())

	resp, err = ask(open, "/moved")
	require.NoError(t, err)
	require.Equal(t, http.StatusTemporaryRedirect, resp.StatusCode)
	require.NoError(t, resp.Body.Close())
	require.False(t, elsewhere)

	closed := client.Account(outside.Policy{Account: "demo"})
	t.Cleanup(closed.Close)
	_, err = ask(closed, "/")
	var e *outside.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, outside.Private, e.Kind)
	hint, zh := e.Hints()
	require.Contains(t, hint, "private_http")
	require.Contains(t, zh, "private_http")
	require.Zero(t, client.UnderWay())
}
