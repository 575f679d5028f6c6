package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"moonwire/wechat/sim"
)

// ErrUnreachable says that no developer API answers.
var ErrUnreachable = errors.New("no `moonwire dev` answers")

// Client asks a DevAPI.
type Client struct {
	Base string // http://127.0.0.1:8420
	HTTP *http.Client
}

// Push lets a fan act and returns when the platform has judged the answer.
func (c Client) Push(ctx context.Context, ask Ask) (*Told, error) {
	told := &Told{}
	err := c.do(ctx, http.MethodPost, "/dev/push", ask, told)
	if err == nil && told.Delivery == nil {
		err = c.notDev()
	}
	return told, err
}

// notDev is said of an address where something else answers.
func (c Client) notDev() error {
	return fmt.Errorf("what answers at %s is no `moonwire dev` (its stand-in WeChat has an address of its own): say with --addr where dev listens", c.Base)
}

// Lines returns the lines of a chat above after, waiting up to wait for the first.
func (c Client) Lines(ctx context.Context, account, fan string, after int64, wait time.Duration) ([]sim.Entry, error) {
	q := url.Values{"account": {account}, "fan": {fan}, "after": {strconv.FormatInt(after, 10)}, "wait": {wait.String()}}
	var entries []sim.Entry
	return entries, c.do(ctx, http.MethodGet, "/dev/chat?"+q.Encode(), nil, &entries)
}

// MoveClock moves the platform's time.
func (c Client) MoveClock(ctx context.Context, by string) (time.Time, error) {
	var now struct{ Now time.Time }
	err := c.do(ctx, http.MethodPost, "/dev/clock", map[string]string{"move": by}, &now)
	if err == nil && now.Now.IsZero() {
		err = c.notDev()
	}
	return now.Now, err
}

func (c Client) do(ctx context.Context, method, path string, body, into any) error {
	var encoded bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&encoded).Encode(body); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, c.Base+path, &encoded)
	if err != nil {
		return err
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w at %s: start it in another terminal, or say where with --addr", ErrUnreachable, c.Base)
	}
	defer res.Body.Close()
	dec := json.NewDecoder(res.Body)
	if res.StatusCode != http.StatusOK {
		var refused Refused
		if dec.Decode(&refused) != nil || refused.Error == "" {
			return c.notDev()
		}
		return errors.New(refused.Error)
	}
	if err := dec.Decode(into); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return c.notDev()
	}
	return nil
}
