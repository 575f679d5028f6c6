package wechat_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
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
	s := wechat.Secret(appSecret)
	config := wechat.ClientConfig{AppID: "wx1", Secret: s}
	row := &wechat.TokenRow{Token: s}
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
	for _, tokens := range []wechat.TokenSource{&fixedTokens{}, nil} {
		var log bytes.Buffer
		client, err := wechat.NewClient(wechat.ClientConfig{
			AppID: "wx1", Secret: appSecret, Tokens: tokens, Doer: leaky{}, Sleep: noSleep,
			Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		require.NoError(t, err)
		errs := []error{client.SendCustom(context.Background(), &wechat.Outgoing{ToUser: "o", MsgType: "text", Content: "x"})}
		_, err = client.Call(context.Background(), wechat.Request{Path: "/cgi-bin/user/get"})
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
