package chat

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"moonwire/account"
	"moonwire/wechat/sim"
)

// Sent is what came of one act of a fan.
type Sent struct {
	*Told
	Lines []sim.Entry `json:"lines"` // the act first
	Busy  bool        `json:"busy"`  // the bot was not done when the wait was over: more may come
}

// Send lets a fan act once and prints the answer, what the bot pushes until it is done, at most for the time of wait, and
// what follows within a second. out may be nil.
func Send(ctx context.Context, c Client, ask Ask, wait time.Duration, out io.Writer) (s Sent, err error) {
	if s.Told, err = c.Push(ctx, ask); err != nil {
		return s, err
	}
	last := s.Before
	lines := func(wait time.Duration) (more bool, err error) {
		entries, err := c.Lines(ctx, ask.Account, ask.Fan, last, wait)
		for _, e := range entries {
			last = e.Seq
			if e.From != "fan" && out != nil {
				Print(out, ask.Fan, e)
			}
		}
		s.Lines = append(s.Lines, entries...)
		return len(entries) > 0, err
	}
	if _, err = lines(0); err != nil {
		return s, err
	}
	if s.Busy, err = c.Busy(ctx, ask.Account, ask.Fan, wait); err != nil {
		return s, err
	}
	for deadline := time.Now().Add(settle); ; {
		if more, err := lines(max(0, time.Until(deadline))); err != nil || !more {
			return s, err
		}
	}
}

// Direct delivers one push to a callback without a running stand-in: it signs and seals by itself with
// what the account's account.yaml says, and shows what the phone would show of the answer.
func Direct(ctx context.Context, c *account.Config, callback, fan string, act sim.Act) (*sim.Delivery, error) {
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
func Stranger(c *account.Config, callback string) sim.Account {
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
