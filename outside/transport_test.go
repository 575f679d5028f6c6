package outside_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/outside"
)

type inPlace func(*http.Request) (*http.Response, error)

func (f inPlace) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestATransportInPlaceOfTheNetwork carries what is allowed, and its redirects, and nothing else.
func TestATransportInPlaceOfTheNetwork(t *testing.T) {
	var asked []string
	client := outside.NewClient(outside.Options{Transport: inPlace(func(r *http.Request) (*http.Response, error) {
		asked = append(asked, r.URL.String())
		res := &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("there")), Request: r}
		if r.URL.Path == "/from" {
			res.StatusCode, res.Header = 302, http.Header{"Location": {"/to"}}
		}
		return res, nil
	})})
	allowed, err := outside.ParseAllowed("127.0.0.1")
	require.NoError(t, err)
	shop := client.Account(outside.Policy{Account: "shop", Allow: []outside.Allowed{allowed}})
	defer shop.Close()
	target, err := shop.Locate("https://127.0.0.1/from")
	require.NoError(t, err)
	answer, err := shop.Do(t.Context(), outside.Request{Method: "GET", Target: target})
	require.NoError(t, err)
	require.Equal(t, "there", answer.Body)
	require.Equal(t, []string{"https://127.0.0.1/from", "https://127.0.0.1/to"}, asked)
	_, err = shop.Locate("https://elsewhere.example.com/")
	require.Error(t, err)
}
