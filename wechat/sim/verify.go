package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"moonwire/wechat"
)

// Verify makes the check that WeChat's console makes when a callback URL is saved: the URL must answer
// the echostr, and nothing else, within the reply window. Nothing is encrypted, whatever the mode.
func (p *Platform) Verify(ctx context.Context, accountName string) error {
	a, err := p.account(accountName)
	if err != nil {
		return err
	}
	set := a.settings()
	if set.CallbackURL == "" {
		return errors.New("the account has no callback URL")
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := p.o.AfterFunc(p.o.ReplyWindow, func() { cancel(errWindow) })
	defer stop()
	stamp, nonce, echo := strconv.FormatInt(p.Now().Unix(), 10), p.ids.number(9), p.ids.number(19)
	q := url.Values{
		"signature": {wechat.Sign(set.Token, stamp, nonce)}, "timestamp": {stamp}, "nonce": {nonce}, "echostr": {echo},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, set.address(q.Encode()), nil)
	if err != nil {
		return err
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return fmt.Errorf("the callback URL does not answer: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	switch {
	case err != nil:
		return fmt.Errorf("the callback URL does not answer: %w", err)
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("the callback URL answered status %d; want 200", resp.StatusCode)
	case string(answer) != echo:
		return fmt.Errorf("the callback URL answered %q; want the echostr %q and nothing else", clip(answer), echo)
	}
	return nil
}
