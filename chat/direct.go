package chat

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"moonwire/bot"
	"moonwire/wechat/sim"
)

// Send lets a fan act once and prints the answer and what follows within a second.
func Send(ctx context.Context, c Client, ask Ask, out io.Writer) (*Told, []sim.Entry, error) {
	told, err := c.Push(ctx, ask)
	if err != nil {
		return nil, nil, err
	}
	var all []sim.Entry
	last := told.Before
	for deadline := time.Now().Add(settle); ; {
		entries, err := c.Lines(ctx, ask.Account, ask.Fan, last, max(0, time.Until(deadline)))
		if err != nil {
			return told, all, err
		}
		if len(entries) == 0 {
			return told, all, nil
		}
		for _, e := range entries {
			last = e.Seq
			if e.From != "fan" && out != nil {
				Print(out, ask.Fan, e)
			}
		}
		all = append(all, entries...)
	}
}

// Direct delivers one push to a callback without a running stand-in: it signs and seals by itself with
// what the account's account.yaml says, and shows what the phone would show of the answer.
func Direct(ctx context.Context, c *bot.AccountConfig, callback, fan string, act sim.Act) (*sim.Delivery, error) {
	platform := sim.New(sim.Options{})
	defer platform.Close()
	if err := platform.AddAccount(Stranger(c, callback)); err != nil {
		return nil, fmt.Errorf("account.yaml of %s: %w", c.Name, err)
	}
	d := platform.Push(ctx, c.Name, fan, act)
	return d, d.Err
}

// Stranger is an account as the stand-in platform knows it. The templates that account.yaml names exist
// there, and take any keys; every mini program is linked.
func Stranger(c *bot.AccountConfig, callback string) sim.Account {
	templates := make([]sim.Template, 0, len(c.Templates))
	for _, alias := range slices.Sorted(maps.Keys(c.Templates)) {
		templates = append(templates, sim.Template{ID: c.Templates[alias], Title: alias})
	}
	return sim.Account{
		Name: c.Name, AppID: c.AppID, Secret: c.Secret, OriginalID: c.OriginalID, Kind: c.Kind, Verified: c.Verified,
		Mode: c.Mode, Token: c.Keys.Token, EncodingAESKey: c.Keys.EncodingAESKey, CallbackURL: callback,
		Templates: templates, MiniPrograms: []string{sim.AnyMiniProgram},
	}
}
