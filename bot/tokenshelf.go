package bot

import (
	"context"

	"moonwire/store"
	"moonwire/wechat/api"
)

// tokenShelf lets the client of WeChat's API keep its tokens in the store.
type tokenShelf struct{ store *store.Store }

func (t tokenShelf) LoadToken(ctx context.Context, key string) (api.TokenRow, error) {
	row, err := t.store.LoadToken(ctx, key)
	return api.TokenRow{Token: api.Secret(row.Token), Expires: row.Expires}, err
}

func (t tokenShelf) SwapToken(ctx context.Context, key, stale string, next api.TokenRow) (api.TokenRow, error) {
	row, err := t.store.SwapToken(ctx, key, stale, store.TokenRow{Token: next.Token.Reveal(), Expires: next.Expires})
	return api.TokenRow{Token: api.Secret(row.Token), Expires: row.Expires}, err
}
