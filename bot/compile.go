package bot

import (
	"context"
	"fmt"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/folder"
	"moonwire/wechat"
	"moonwire/wechat/api"
)

// compile makes a release of a snapshot. With an error it may still return one, without a program, that
// can tell genuine pushes from others: for an account that has never served.
func (l *loader) compile(ctx context.Context, a *Account, snap *folder.Snapshot) (*release, []string, error) {
	yaml, _ := snap.File(account.FileName)
	config, warned, err := account.Load(a.name, yaml, l.o.Resolver, account.Options{Dev: l.o.Dev, Ceilings: l.o.Ceilings, Zone: l.zones.Load})
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
	if snap, err = usable(snap, config); err != nil {
		rel.err = err
		return rel, warnings, err
	}
	if twin := l.accounts.claim(a, config.AppID); twin != "" {
		warnings = append(warnings, fmt.Sprintf("account.yaml: app_id: %s has the same; WeChat sends to one address only", twin))
	}
	rel.saved, rel.build = l.o.Now(), snap.Hash[:min(8, len(snap.Hash))]
	rel.setCapacity(config.Limits)
	pc := ProgramConfig(config)
	pc.Records, pc.Media, pc.Zones = records{l.o.Store, a.name}, mediaFolder{l.o.Scripts, a.name}, &l.zones
	pc.Pages = l.o.Pages
	if rel.model = l.model(config); rel.model != nil {
		pc.Model = rel.model
	}
	if rel.client != nil {
		pc.API = rel.client
	}
	if rel.program, err = bindings.Compile(ctx, l.o.Engine, snap, config.Limits, pc); err != nil {
		rel.program, rel.err = nil, err
		return rel, warnings, err
	}
	rel.build = rel.program.Build().ID
	for _, w := range rel.program.Build().Warnings {
		warnings = append(warnings, w.Error())
	}
	if why := rel.idleMenu(); why != "" {
		warnings = append(warnings, why)
	}
	return rel, warnings, nil
}

// usable holds a folder against its account's limits, and its texts against UTF-8. What it returns does without what
// of shared/ cannot be used.
func usable(snap *folder.Snapshot, c *account.Config) (*folder.Snapshot, error) {
	snap, err := snap.Within(c.Limits.Folder())
	if err != nil {
		return nil, err
	}
	return snap.InUTF8()
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
