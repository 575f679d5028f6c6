package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func TestMedia(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		key := store.MediaKey{AppID: "wxdemo", Kind: "image", Hash: [32]byte{1}}
		there := func(k store.MediaKey) string {
			id, err := s.LoadMedia(ctx, k)
			require.NoError(t, err)
			return id
		}
		require.Empty(t, there(key))
		require.NoError(t, s.SaveMedia(ctx, key, "one", c.Now().Add(time.Hour)))
		require.NoError(t, s.SaveMedia(ctx, key, "two", c.Now().Add(time.Hour)))
		require.Equal(t, "two", there(key), "the last counts")
		for _, other := range []store.MediaKey{
			{AppID: "wxother", Kind: "image", Hash: key.Hash}, {AppID: "wxdemo", Kind: "thumb", Hash: key.Hash}, {AppID: "wxdemo", Kind: "image", Hash: [32]byte{2}},
		} {
			require.Empty(t, there(other))
		}
		require.NoError(t, s.DropMedia(ctx, "wxother", "two"))
		require.NoError(t, s.DropMedia(ctx, "wxdemo", "one"))
		require.Equal(t, "two", there(key), "what is not there any more is not dropped again")
		require.NoError(t, s.DropMedia(ctx, "wxdemo", "two"))
		require.Empty(t, there(key))

		require.NoError(t, s.SaveMedia(ctx, key, "three", c.Now().Add(time.Hour)))
		c.Move(time.Hour - time.Millisecond)
		require.Equal(t, "three", there(key))
		c.Move(time.Millisecond)
		require.Empty(t, there(key))
		pruned, err := s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.Equal(t, int64(1), pruned.Media)
		require.Empty(t, store.Rows(t, s, "media"))
	})
}

// Files go with the last account that has the app_id.
func TestMediaIsForgottenWithItsApp(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		for _, name := range []string{"demo", "twin"} {
			require.NoError(t, s.AccountHere(ctx, name, "wxdemo"))
			_, err := s.SetDisabled(ctx, name, true, operator)
			require.NoError(t, err)
		}
		for _, app := range []string{"wxdemo", "wxother"} {
			require.NoError(t, s.AccountHere(ctx, "other", "wxother"))
			require.NoError(t, s.SaveMedia(ctx, store.MediaKey{AppID: app, Kind: "image"}, "id", c.Now().Add(time.Hour)))
		}
		require.NoError(t, s.ForgetAccount(ctx, "demo", operator))
		require.Len(t, store.Rows(t, s, "media"), 2, "its twin has the same")
		require.NoError(t, s.ForgetAccount(ctx, "twin", operator))
		require.Equal(t, "wxother", store.Rows(t, s, "media")[0]["app_id"])
		require.Len(t, store.Rows(t, s, "media"), 1)
	})
}
