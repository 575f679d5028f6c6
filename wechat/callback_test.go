package wechat_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

func TestNewCallbackNamesTheField(t *testing.T) {
	tests := []struct {
		name   string
		change func(*wechat.CallbackConfig)
		want   string
	}{
		{"mode", func(c *wechat.CallbackConfig) { c.Mode = 7 }, "mode: mode(7); want plain, compatible or safe"},
		{"no token", func(c *wechat.CallbackConfig) { c.Current.Token = "" }, "token: 0 characters; want 3 to 32"},
		{"long token", func(c *wechat.CallbackConfig) { c.Current.Token = "123456789012345678901234567890123" }, "token: 33 characters; want 3 to 32"},
		{"blank", func(c *wechat.CallbackConfig) { c.Current.Token = "kestrel 2026" }, "token: has a blank, a line break or a character other than ASCII"},
		{"line break", func(c *wechat.CallbackConfig) { c.Current.Token += "\n" }, "token: has a blank, a line break or a character other than ASCII"},
		{"previous token", func(c *wechat.CallbackConfig) { c.Previous = &wechat.KeyPair{Token: "x"} }, "previous.token: 1 characters; want 3 to 32"},
		{"no key", func(c *wechat.CallbackConfig) { c.Current.EncodingAESKey = "" }, "encoding_aes_key: EncodingAESKey has 0 characters; want 43"},
		{"short key", func(c *wechat.CallbackConfig) { c.Current.EncodingAESKey = aesKey[1:] }, "encoding_aes_key: EncodingAESKey has 42 characters; want 43"},
		{"odd key", func(c *wechat.CallbackConfig) { c.Current.EncodingAESKey = "-" + aesKey[1:] }, "encoding_aes_key: EncodingAESKey has a character other than A-Z, a-z, 0-9, + and /"},
		{"previous key", func(c *wechat.CallbackConfig) { c.Previous = &wechat.KeyPair{EncodingAESKey: "x"} }, "previous.encoding_aes_key: EncodingAESKey has 1 characters; want 43"},
		{"no app id", func(c *wechat.CallbackConfig) { c.AppID = "" }, "app_id: empty; mode safe needs it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := config(wechat.Safe)
			tt.change(&cfg)
			c, err := wechat.NewCallback(cfg)
			require.EqualError(t, err, tt.want)
			require.Nil(t, c)
		})
	}
}

func TestPlainModeNeedsATokenAlone(t *testing.T) {
	_, err := wechat.NewCallback(wechat.CallbackConfig{Current: wechat.KeyPair{Token: token}})
	require.NoError(t, err)
	for _, edge := range []string{"abc", "12345678901234567890123456789012", "!~!"} {
		_, err = wechat.NewCallback(wechat.CallbackConfig{Current: wechat.KeyPair{Token: edge}})
		require.NoError(t, err)
	}
	_, err = wechat.NewCallback(wechat.CallbackConfig{Current: wechat.KeyPair{Token: token, EncodingAESKey: "broken"}})
	require.Error(t, err, "a slip is a slip")
}

func TestSecretsDoNotLeak(t *testing.T) {
	cfg := config(wechat.Safe)
	cfg.Previous = &wechat.KeyPair{Token: oldToken, EncodingAESKey: oldKey}
	c := newCallback(t, cfg)
	p, err := c.Open(newWire().safe(t, textPush))
	require.NoError(t, err)
	s, err := wechat.NewSealer(aesKey, appID)
	require.NoError(t, err)

	var out bytes.Buffer
	for _, v := range []any{cfg, &cfg, cfg.Current, cfg.Previous, c, *p, p, s} {
		fmt.Fprintf(&out, "%v %+v %#v %s\n", v, v, v, v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v)
	}
	require.Equal(t, "[redacted] [redacted] [redacted]", fmt.Sprintf("%v %+v %#v", cfg.Current, cfg.Current, cfg.Current))
	require.NotEmpty(t, fmt.Sprintf("%#v", c))
	require.Equal(t, fmt.Sprintf("%v", c), fmt.Sprintf("%#v", c))
	b, err := json.Marshal(cfg.Current)
	require.NoError(t, err)
	require.JSONEq(t, `{"k":"[redacted]"}`, `{"k":`+string(b)+`}`)
	out.Write(b)
	raw := fmt.Sprint([]byte(token))
	for _, secret := range []string{token, oldToken, aesKey, oldKey, "foxes-run-over", raw[1 : len(raw)-1]} {
		require.NotContains(t, out.String(), secret)
	}
}

func TestModes(t *testing.T) {
	for _, mode := range []wechat.Mode{wechat.Plain, wechat.Compatible, wechat.Safe} {
		back, err := wechat.ParseMode(mode.String())
		require.NoError(t, err)
		require.Equal(t, mode, back)
	}
	_, err := wechat.ParseMode("Safe")
	require.EqualError(t, err, `mode "Safe" is unknown; want plain, compatible or safe`)
}

func TestEveryCauseHasACure(t *testing.T) {
	for _, cause := range []wechat.Cause{
		wechat.CauseSignature, wechat.CauseStale, wechat.CauseMalformed, wechat.CauseNotEncrypted, wechat.CauseEncrypted,
		wechat.CauseMsgSignature, wechat.CauseAESKey, wechat.CauseAppID, wechat.CauseReceiver, wechat.CauseOriginalID,
		wechat.CauseTooLarge,
	} {
		r := wechat.Refusal{Cause: cause, Detail: "seen"}
		require.Regexp(t, "^"+string(cause)+": seen; .{20}", r.Error())
	}
}
