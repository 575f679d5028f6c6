package wechat_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

func TestSignPublishedValues(t *testing.T) {
	// From WeChat's own pages.
	require.Equal(t, "899cf89e464efb63f54ddac96b0a0a235f53aa78", wechat.Sign("AAAAA", "1714037059", "486452656"))
	require.Equal(t, "f464b24fc39322e44b38aa78f5edd27bd1441696", wechat.Sign("AAAAA", "1714036504", "1514711492"))
}

func TestVerify(t *testing.T) {
	const raw = "signature=f464b24fc39322e44b38aa78f5edd27bd1441696&timestamp=1714036504&nonce=1514711492&echostr=4375120948345356249"
	for _, mode := range []wechat.Mode{wechat.Plain, wechat.Compatible, wechat.Safe} {
		cfg := config(mode)
		cfg.Current.Token = "AAAAA"
		echo, err := newCallback(t, cfg).Verify(wechat.ParseQuery(raw))
		require.NoError(t, err)
		require.Equal(t, "4375120948345356249", echo, "in the clear in every mode")
	}
}

func TestVerifyWithThePreviousToken(t *testing.T) {
	cfg := config(wechat.Plain)
	cfg.Previous = &wechat.KeyPair{Token: oldToken}
	w := newWire()
	w.token = oldToken
	q := w.query()
	q.EchoStr = "e"
	echo, err := newCallback(t, cfg).Verify(q)
	require.NoError(t, err)
	require.Equal(t, "e", echo)
}

func TestVerifyRefuses(t *testing.T) {
	tests := []struct {
		name   string
		change func(*wechat.Query)
		want   wechat.Cause
	}{
		{"another nonce", func(q *wechat.Query) { q.Nonce += "1" }, wechat.CauseSignature},
		{"another timestamp", func(q *wechat.Query) { q.Timestamp = "1" }, wechat.CauseSignature},
		{"upper case", func(q *wechat.Query) { q.Signature = strings.ToUpper(q.Signature) }, wechat.CauseSignature},
		{"cut", func(q *wechat.Query) { q.Signature = q.Signature[:39] }, wechat.CauseSignature},
		{"longer", func(q *wechat.Query) { q.Signature += "0" }, wechat.CauseSignature},
		{"none", func(q *wechat.Query) { q.Signature = "" }, wechat.CauseSignature},
		{"no echo", func(q *wechat.Query) { q.EchoStr = "" }, wechat.CauseMalformed},
		{"a page to reflect", func(q *wechat.Query) { q.EchoStr = strings.Repeat("x", 257) }, wechat.CauseMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := newWire().query()
			q.EchoStr = "e"
			tt.change(&q)
			echo, err := newCallback(t, config(wechat.Safe)).Verify(q)
			requireCause(t, err, tt.want)
			require.Empty(t, echo)
			require.NotContains(t, err.Error(), token)
		})
	}
}

// TestWhySomebodyElseSigned tells an operator what to look at.
func TestWhySomebodyElseSigned(t *testing.T) {
	both := config(wechat.Plain)
	both.Previous = &wechat.KeyPair{Token: oldToken}
	for _, tc := range []struct {
		name      string
		cfg       wechat.CallbackConfig
		signature string
		want      string
	}{
		{"no signature", config(wechat.Plain), "", "the query has no signature"},
		{"another token", config(wechat.Plain), "0", "the token did not make it"},
		{"another token than both", both, "0", "neither the current nor the previous token made it"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			q := newWire().query()
			q.Signature, q.EchoStr = tc.signature, "e"
			_, err := newCallback(t, tc.cfg).Verify(q)
			requireCause(t, err, wechat.CauseSignature)
			require.ErrorContains(t, err, tc.want)
		})
	}
}

// TestTheClockOfACallback is the machine's unless told otherwise.
func TestTheClockOfACallback(t *testing.T) {
	cfg := config(wechat.Plain)
	cfg.Now, cfg.MaxSkew = nil, time.Hour
	w := newWire()
	w.at = time.Now()
	_, err := newCallback(t, cfg).Check(w.query())
	require.NoError(t, err)
	w.at = time.Now().Add(-2 * time.Hour)
	_, err = newCallback(t, cfg).Check(w.query())
	requireCause(t, err, wechat.CauseStale)
}
