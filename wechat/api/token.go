package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

// ErrSameToken says that the platform hands back the very token that it refused, even when asked for
// a forced refresh, or that a forced refresh is not allowed again yet.
var ErrSameToken = errors.New("the platform hands back the token that it refused")

// TokenSource gives the access_token of one account.
type TokenSource interface {
	// Token returns a token that is believed good.
	Token(ctx context.Context) (string, error)
	// Renew returns a token that is not the stale one, which the platform refused. The error is
	// ErrSameToken when the platform has no other.
	Renew(ctx context.Context, stale string) (string, error)
}

// TokenStore shares tokens between processes: one row per key. When it fails, sources go on with
// what they hold in memory.
type TokenStore interface {
	// LoadToken returns the row of key; the zero row when there is none.
	LoadToken(ctx context.Context, key string) (TokenRow, error)
	// SwapToken writes next if the row's Token is still stale ("" = no row) and returns the row
	// that is there afterwards: next, or what another process wrote.
	SwapToken(ctx context.Context, key, stale string, next TokenRow) (TokenRow, error)
}

// TokenRow is a token and its life, counted from the moment it was asked for.
type TokenRow struct {
	Token   Secret
	Expires time.Time
}

// TokenConfig says whose token is kept. AppID and Secret are required.
type TokenConfig struct {
	BaseURL  string // default DefaultBaseURL
	BaseFrom string // as in ClientConfig
	AppID    string
	Secret   Secret
	// Stable asks stable_token, which several processes may do without harm to each other; else the
	// older /cgi-bin/token, of which each call makes a new token and ends the life of the one before.
	Stable bool
	Doer   Doer
	Store  TokenStore // nil = memory only
	Now    func() time.Time
	Sleep  func(context.Context, time.Duration) error
	// Jitter spreads refreshes over time; it returns numbers in [0, 1). nil = chance.
	Jitter func() float64
	Log    *slog.Logger
}

// Tokens is the TokenSource of one account: one refresh in flight, ahead of the end, shared through
// the store by compare-and-set. It starts no goroutine: a caller who comes when a refresh is due does
// it, the others go on with the token in hand. It is safe for concurrent use.
type Tokens struct {
	cfg        TokenConfig
	wire       *wire
	now        func() time.Time
	credential *credential
}

// NewTokenSource checks the configuration and makes a source; nothing is fetched yet.
func NewTokenSource(cfg TokenConfig) (*Tokens, error) {
	if cfg.AppID == "" || cfg.Secret == "" {
		return nil, errors.New("access_token: app_id and app_secret are required")
	}
	w, err := newWire(cfg.BaseURL, cfg.Doer)
	if err != nil {
		return nil, err
	}
	w.blame = w.blameOf(cfg.BaseFrom)
	env := newEnvironment(cfg.Now, cfg.Sleep, cfg.Jitter, cfg.Log)
	t := &Tokens{cfg: cfg, wire: w, now: env.now}
	t.credential = &credential{
		environment: env, store: cfg.Store, key: "token:plain:" + cfg.AppID, account: cfg.AppID,
		ahead: plainAhead, fetch: t.fetchPlain, leaseWait: leaseLife,
	}
	if cfg.Stable {
		t.credential.key = "token:stable:" + cfg.AppID
		t.credential.ahead, t.credential.fetch = stableAhead, t.fetchStable
		t.credential.canForce, t.credential.leaseWait = true, stableLeaseWait
	}
	return t, nil
}

// Token implements TokenSource.
func (t *Tokens) Token(ctx context.Context) (string, error) {
	row, err := t.credential.get(ctx, "")
	return row.Token.Reveal(), err
}

// Renew implements TokenSource.
func (t *Tokens) Renew(ctx context.Context, stale string) (string, error) {
	row, err := t.credential.get(ctx, stale)
	return row.Token.Reveal(), err
}

// Row returns the token with its end, for owners who share it with other systems.
func (t *Tokens) Row(ctx context.Context) (TokenRow, error) { return t.credential.get(ctx, "") }

// Both kinds live 7,200 s (wechat-protocol §8). A stable token asked for earlier than 300 s before
// its end is handed back unchanged.
const (
	stableWindow    = 300 * time.Second
	stableLeaseWait = time.Second
	defaultLife     = 7200
)

// stableAhead is how long before its end a stable token is renewed: 240 to 300 s.
func stableAhead(_ time.Duration, jitter float64) time.Duration {
	return stableWindow - time.Duration(jitter*float64(time.Minute))
}

// plainAhead is how long before its end a plain token is renewed: 300 to 600 s, less for short lives.
func plainAhead(life time.Duration, jitter float64) time.Duration {
	return min(life/4, 300*time.Second+time.Duration(jitter*float64(300*time.Second)))
}

func (t *Tokens) fetchStable(ctx context.Context, force bool) (TokenRow, error) {
	body, err := EncodeJSON(map[string]any{
		"grant_type": "client_credential", "appid": t.cfg.AppID,
		"secret": t.cfg.Secret.Reveal(), "force_refresh": force,
	})
	if err != nil {
		return TokenRow{}, err
	}
	return t.exchange(ctx, exchange{
		op: opOf(StableToken.Path), method: http.MethodPost, path: StableToken.Path,
		body: body, contentType: "application/json",
	})
}

func (t *Tokens) fetchPlain(ctx context.Context, _ bool) (TokenRow, error) {
	return t.exchange(ctx, exchange{
		op: opOf(Token.Path), method: http.MethodGet, path: Token.Path,
		query: url.Values{"grant_type": {"client_credential"}, "appid": {t.cfg.AppID}, "secret": {t.cfg.Secret.Reveal()}},
	})
}

func (t *Tokens) exchange(ctx context.Context, x exchange) (TokenRow, error) {
	row, err := t.ask(ctx, x)
	return row, t.wire.blame.add(err)
}

func (t *Tokens) ask(ctx context.Context, x exchange) (TokenRow, error) {
	x.secrets = []string{t.cfg.Secret.Reveal()}
	asked := t.now()
	answer, err := t.wire.do(ctx, x)
	if err != nil {
		return TokenRow{}, err
	}
	if h := answer.head(); h.Errcode != 0 {
		return TokenRow{}, newAPIError(x.op, h.Errcode, maskError(h.Errmsg, x.secrets...), "")
	}
	return readToken(x.op, answer, asked)
}

func readToken(op string, answer Answer, asked time.Time) (TokenRow, error) {
	var got struct {
		Token  string `json:"access_token"`
		Ticket string `json:"ticket"`
		Life   int64  `json:"expires_in"`
	}
	x := exchange{op: op, method: http.MethodGet} // whatever came of it, nobody has to look
	if err := answer.Decode(&got); err != nil {
		return TokenRow{}, fatalError(x, notJSON, "the answer is not JSON")
	}
	token := got.Token + got.Ticket
	if token == "" {
		return TokenRow{}, fatalError(x, notJSON, "the answer holds no token")
	}
	if got.Life <= 0 {
		got.Life = defaultLife
	}
	return TokenRow{Secret(token), asked.Add(time.Duration(got.Life) * time.Second)}, nil
}
