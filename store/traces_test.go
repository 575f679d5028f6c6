package store_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// detailed records a turn with its trace, and returns that.
func detailed(t *testing.T, s *store.Store, account, openid, body string, troubled bool) (trace string) {
	t.Helper()
	trace = s.Trace()
	require.True(t, s.Record(store.Record{Trace: trace, Account: account, OpenID: openid, Type: "text", Content: "hi", Detail: []byte(body), Troubled: troubled}))
	return trace
}

func bodyOf(t *testing.T, s *store.Store, account, trace string) string {
	t.Helper()
	require.NoError(t, s.Flush(t.Context()))
	body, err := s.TraceBody(t.Context(), account, trace)
	require.NoError(t, err)
	return string(body)
}

// The trace of a turn is found by its account and name, over a restart too, and its message is as any other.
func TestATraceIsKept(t *testing.T) {
	b := sqliteBackend(t, newClock().Now)
	s := b.open(t)
	one, plain := detailed(t, s, "shop", "amy", "how it went", false), detailed(t, s, "shop", "amy", "", true)
	long := detailed(t, s, "shop", "amy", string(bytes.Repeat([]byte("x"), store.MaxTraceBody+1)), false)
	most := detailed(t, s, "shop", "amy", string(bytes.Repeat([]byte("x"), store.MaxTraceBody)), false)
	require.Equal(t, "how it went", bodyOf(t, s, "shop", one))
	require.NoError(t, s.Close())
	s = b.open(t)
	require.Equal(t, "how it went", bodyOf(t, s, "shop", one))
	require.Len(t, bodyOf(t, s, "shop", most), store.MaxTraceBody)
	for name, at := range map[string][2]string{
		"another account": {"till", one}, "no trace": {"shop", "?"}, "none was kept": {"shop", plain}, "too long": {"shop", long}, "one to come": {"shop", s.Trace()},
	} {
		require.Empty(t, bodyOf(t, s, at[0], at[1]), name)
	}
	m, found, err := s.Message(t.Context(), "shop", one)
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, "hi", m.Content)
}

// The newest stay: of those that went wrong as many as of the others, of each account by itself.
func TestTracesAreBounded(t *testing.T) {
	c := newClock()
	s := sqliteBackend(t, c.Now).open(t)
	bad := detailed(t, s, "shop", "amy", "bad", true)
	other := detailed(t, s, "till", "amy", "other", false)
	var all []string
	for i := range store.MaxTraces + 300 {
		all = append(all, detailed(t, s, "shop", "amy", fmt.Sprint(i), false))
	}
	require.Equal(t, "bad", bodyOf(t, s, "shop", bad))
	require.Equal(t, "other", bodyOf(t, s, "till", other))
	require.Empty(t, bodyOf(t, s, "shop", all[0]))
	require.Equal(t, "300", bodyOf(t, s, "shop", all[300]))
	kept, err := s.Traces(t.Context(), "shop", time.Time{}, "", 5_000)
	require.NoError(t, err)
	require.Greater(t, len(kept), store.MaxTraces)
	require.Less(t, len(kept), store.MaxTraces+200)
	require.Equal(t, all[len(all)-1], kept[0].Trace, "the newest first")
	page, err := s.Traces(t.Context(), "shop", time.Time{}, kept[1].Trace, 2)
	require.NoError(t, err)
	require.Equal(t, kept[2:4], page)
	none, err := s.Traces(t.Context(), "shop", c.Now().Add(time.Minute), "", 5)
	require.NoError(t, err)
	require.Empty(t, none)
}

// Whoever forgets a fan or an account, or keeps messages for a shorter time, forgets how their turns went, too.
func TestTracesGoWithTheirOwners(t *testing.T) {
	c := newClock()
	s := sqliteBackend(t, c.Now).open(t)
	amy, bob := detailed(t, s, "shop", "amy", "amy's", false), detailed(t, s, "shop", "bob", "bob's", true)
	require.NoError(t, s.Forget(t.Context(), "shop", "amy"))
	require.Empty(t, bodyOf(t, s, "shop", amy))
	require.Equal(t, "bob's", bodyOf(t, s, "shop", bob))
	p, err := s.Prune(t.Context(), store.Retention{})
	require.NoError(t, err)
	require.Zero(t, p.Traces)
	c.Move(31 * 24 * time.Hour)
	p, err = s.Prune(t.Context(), store.Retention{})
	require.NoError(t, err)
	require.EqualValues(t, 1, p.Traces)
	require.Empty(t, bodyOf(t, s, "shop", bob))
}
