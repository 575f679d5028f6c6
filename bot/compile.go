package bot

import (
	"cmp"
	"context"
	"fmt"

	"moonwire/account"
	"moonwire/folder"
	"moonwire/wechat"
	"moonwire/wechat/api"
)

// compile makes a release of what was seen. With an error it may still return one, that serves in place of what cannot: an
// older build, or, for an account that has never served, one without a program that can tell genuine pushes from others.
func (l *loader) compile(ctx context.Context, a *Account, k look) (*release, []string, error) {
	if k.blind != nil {
		return nil, nil, cmp.Or(k.err, k.blind)
	}
	config, warned, err := account.Load(a.name, k.yaml, l.o.Resolver, account.Options{Dev: l.o.Dev, Ceilings: l.o.Ceilings, Methods: l.o.APIMethods, Zone: l.zones.Load})
	if err != nil {
		return nil, nil, err
	}
	warnings := make([]string, 0, len(warned))
	for _, w := range warned {
		warnings = append(warnings, w.String())
	}
	rel, err := l.identity(a, config)
	if err != nil {
		return nil, warnings, err
	}
	rel.made = k.made()
	rel.setCapacity(config.Limits)
	if twin := l.accounts.claim(a, config.AppID); twin != "" {
		warnings = append(warnings, fmt.Sprintf("account.yaml: app_id: %s has the same; WeChat sends to one address only", twin))
	}
	next, err := l.fill(ctx, a, rel, k)
	if err != nil {
		return next, warnings, err
	}
	for _, w := range rel.program.Build().Warnings {
		warnings = append(warnings, w.Error())
	}
	if k.snap != nil && k.stored == "" && len(k.snap.LeftOut) > 0 {
		warnings = append(warnings, fmt.Sprintf("%s: kept with no build, as it is too large, cannot be read, or comes after too many others; a rollback does not bring it back", cmp.Or(k.snap.LeftOut...)))
	}
	if k.snap != nil && k.stored == "" {
		warnings = append(warnings, doubtful(k.snap.Doubts)...)
	}
	if why := rel.idleMenu(); why != "" {
		warnings = append(warnings, why)
	}
	for _, w := range rel.program.IdleHooks() {
		warnings = append(warnings, w.Error())
	}
	return rel, warnings, nil
}

// identity makes the callback and the client of an account. A client whose account is the same goes on, with
// the token it holds.
func (l *loader) identity(a *Account, c *account.Config) (*release, error) {
	callback, err := wechat.NewCallback(wechat.CallbackConfig{
		AppID: c.AppID, OriginalID: c.OriginalID, Mode: c.Mode, Current: c.Keys, Previous: c.Previous,
		MaxSkew: l.o.MaxSkew, Now: l.o.Now,
	})
	if err != nil {
		return nil, &account.ConfigError{Msg: err.Error()}
	}
	rel := &release{config: c, callback: callback}
	if old := a.current.Load(); old != nil && old.client != nil && old.config.SameClient(c) {
		rel.client = old.client
		return rel, nil
	}
	if c.Secret == "" {
		return rel, nil
	}
	rel.client, err = api.NewClient(api.ClientConfig{
		BaseURL: l.o.APIBase, BaseFrom: l.o.APIFrom, AppID: c.AppID, Secret: api.Secret(c.Secret), PlainToken: c.TokenAPI == account.TokenAPIPlain, Doer: l.o.Doer,
		Store: tokenShelf{l.o.Store}, Now: l.o.Now, Sleep: l.o.APISleep, Log: l.o.Log.With("account", a.name),
	})
	if err != nil {
		return nil, &account.ConfigError{Msg: err.Error()}
	}
	return rel, nil
}

// doubtful is the first doubt about files of media/, and how many more there are.
func doubtful(doubts []*folder.SourceError) []string {
	switch len(doubts) {
	case 0:
		return nil
	case 1:
		return []string{doubts[0].Error()}
	}
	return []string{fmt.Sprintf("%v (and %d more in media/)", doubts[0], len(doubts)-1)}
}
