package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/api"
)

// requireNoSecret fails when a text holds a live token or the secret.
func requireNoSecret(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		for _, secret := range []string{liveToken, freshToken, appSecret, "STOLEN"} {
			require.NotContains(t, text, secret)
		}
	}
}

func TestSecretIsNeverPrinted(t *testing.T) {
	s := api.Secret(appSecret)
	config := api.ClientConfig{AppID: "wx1", Secret: s}
	row := &api.TokenRow{Token: s}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", s, "config", config, "row", row)
	asJSON, err := json.Marshal(map[string]any{"s": s, "row": row})
	require.NoError(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		requireNoSecret(t, fmt.Sprintf(verb, s), fmt.Sprintf(verb, config), fmt.Sprintf(verb, row))
		require.NotContains(t, fmt.Sprintf(verb, s), fmt.Sprintf("%x", appSecret))
	}
	requireNoSecret(t, log.String(), string(asJSON), fmt.Sprint(s), fmt.Errorf("x: %w", fmt.Errorf("%v", s)).Error())
	require.Equal(t, appSecret, s.Reveal())
}

// leaky is a network whose errors hold everything.
type leaky struct{}

func (l leaky) Do(r *http.Request) (*http.Response, error) {
	body := new(bytes.Buffer)
	_, _ = body.ReadFrom(r.Body)
	return nil, errors.New("dial failed for " + r.URL.String() + " with " + body.String())
}

func TestNetworkErrorsHoldNoSecret(t *testing.T) {
	noSleep := func(context.Context, time.Duration) error { return nil }
	for _, tokens := range []api.TokenSource{&fixedTokens{}, nil} {
		var log bytes.Buffer
		client, err := api.NewClient(api.ClientConfig{
			AppID: "wx1", Secret: appSecret, Tokens: tokens, Doer: leaky{}, Sleep: noSleep,
			Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		require.NoError(t, err)
		errs := []error{client.SendCustom(context.Background(), &api.Outgoing{ToUser: "o", MsgType: "text", Content: "x"})}
		_, err = client.Call(context.Background(), api.Request{Path: "/cgi-bin/user/get"})
		errs = append(errs, err)
		_, err = client.ExchangeCode(context.Background(), "STOLEN_code")
		errs = append(errs, err)
		_, err = client.RefreshWebToken(context.Background(), "STOLEN_refresh")
		errs = append(errs, err)
		for _, err := range errs {
			for ; err != nil; err = errors.Unwrap(err) {
				requireNoSecret(t, err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err))
			}
		}
		requireNoSecret(t, log.String())
	}
}

func TestPlatformsWordsAreMasked(t *testing.T) {
	r := newRig(t, say(`{"errcode":40035,"errmsg":"bad `+liveToken+` secret=`+appSecret+` access_token=STOLEN&x=1 rid: a-b-c"}`))
	_, err := r.client.Call(context.Background(), probe)
	requireNoSecret(t, err.Error(), r.log.String())
	require.Contains(t, err.Error(), "rid a-b-c")
}

func TestAnswersAreMasked(t *testing.T) {
	tests := []struct{ name, body string }{
		{"live token", `{"x":"` + liveToken + `"}`},
		{"secret", `{"x":"a` + appSecret + `b"}`},
		{"dead token in a URL", `{"request":{"request_url":"https://api.weixin.qq.com/cgi-bin/x?access_token=STOLEN\u0026y=1"}}`},
		{"token in nested JSON", `{"response_body":"{\"access_token\":\"STOLEN\",\"expires_in\":7200}"}`},
		{"token in JSON", `{"access_token": "STOLEN"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, say(tt.body))
			answer, err := r.client.Call(context.Background(), probe)
			require.NoError(t, err)
			requireNoSecret(t, string(answer.JSON), string(answer.Body))
			require.True(t, json.Valid(answer.JSON))
			value, err := answer.Value()
			require.NoError(t, err)
			requireNoSecret(t, fmt.Sprint(value))
		})
	}
}

func TestFilesAreMaskedToo(t *testing.T) {
	r := newRig(t, say("\xff\xd8"+liveToken+"\xff"))
	file, err := r.client.DownloadMedia(context.Background(), "M")
	require.NoError(t, err)
	requireNoSecret(t, string(file.Data))
}

// voidToken has the shape of WeChat's tokens; nobody holds it any more.
const voidToken = "84_kY3uT9wQ-2bX_7LrPz0aVvN5cDgEhJmKsWqYxZtRfUiOpAaSsDdFfGgHhJj"

// TestVoidTokensAreNotQuoted: the platform quotes tokens in its error texts that are not the live one.
func TestVoidTokensAreNotQuoted(t *testing.T) {
	quote := func(text string) http.HandlerFunc {
		return say(fmt.Sprintf(`{"errcode":40001,"errmsg":"invalid credential, access_token is invalid or not latest: %s rid: 65a1b2c3-0f1e2d3c-4b5a6978"}`, text))
	}
	for _, c := range []struct {
		name  string
		steps []http.HandlerFunc
		gone  string
	}{
		{"the one sent before", []http.HandlerFunc{quote("x"), quote(liveToken)}, liveToken},
		{"the one sent", []http.HandlerFunc{quote(liveToken), quote(freshToken)}, freshToken},
		{"another process's", []http.HandlerFunc{quote("x"), quote(voidToken)}, voidToken},
		{"glued to a word", []http.HandlerFunc{quote("x"), quote("token:" + voidToken + ".")}, voidToken},
		{"an old one without a number", []http.HandlerFunc{quote("x"), quote(strings.Repeat("tOkEn-_9", 16))}, "tOkEn-_9"},
		{"in a file's type", []http.HandlerFunc{func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/"+voidToken)
			_, _ = w.Write([]byte("no json"))
		}}, voidToken},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, c.steps...)
			_, err := r.client.Call(context.Background(), probe)
			require.Error(t, err)
			require.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), c.gone)
			var refused *api.Error
			if errors.As(err, &refused) {
				require.Equal(t, "65a1b2c3-0f1e2d3c-4b5a6978", refused.Rid, "what is no token stays")
				require.Contains(t, refused.Msg, "invalid credential")
			}
		})
	}
}

// TestIDsAreQuoted: what is no token must stay readable in an error.
func TestIDsAreQuoted(t *testing.T) {
	for _, id := range []string{
		"oXbY0amy0000000000000000009f", "gh_0a1b2c3d4e5f", strings.Repeat("m", 64), "Doclyl5uP7Aciu-qZ7mJNPtWkbkYnWBWVja26EGbNyk", "12345_67890", "40001_again",
	} {
		r := newRig(t, say(fmt.Sprintf(`{"errcode":40007,"errmsg":"invalid media_id %s"}`, id)))
		_, err := r.client.Call(context.Background(), probe)
		require.ErrorContains(t, err, id)
	}
}

// TestTokenErrorsQuoteNoToken: the answer to asking for a token, too.
func TestTokenErrorsQuoteNoToken(t *testing.T) {
	r := newRig(t, say(`{"errcode":40164,"errmsg":"invalid ip 1.2.3.4, token `+voidToken+` secret `+appSecret+`"}`))
	source, err := api.NewTokenSource(api.TokenConfig{BaseURL: r.server.URL, AppID: "wx1", Secret: appSecret, Stable: true})
	require.NoError(t, err)
	_, err = source.Token(context.Background())
	require.ErrorContains(t, err, "1.2.3.4")
	require.NotContains(t, err.Error(), voidToken)
	requireNoSecret(t, err.Error())
}
