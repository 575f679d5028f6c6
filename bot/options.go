package bot

import (
	"context"
	"encoding/binary"
	"io"
	"log/slog"
	"math/rand/v2"
	"time"

	"moonwire/account"
	"moonwire/engine"
	"moonwire/llm"
	"moonwire/outside"
	"moonwire/store"
	"moonwire/wechat/api"
	"moonwire/words"
)

// Options of a Fleet. Scripts, Engine and Store are required; the rest has defaults.
type Options struct {
	// Scripts is the folder of the account folders.
	Scripts string
	// Dev makes up what an account.yaml leaves out and takes literal secrets with a warning.
	Dev bool
	// Engine runs the scripts; its owner runs Engine.Run.
	Engine *engine.Engine
	// Store keeps what lasts; its owner closes it after the fleet has drained.
	Store *store.Store
	// APIBase is where WeChat's API is; "" means https://api.weixin.qq.com.
	APIBase string
	// APIFrom is where an APIBase that is not WeChat's was set, for errors that it may have caused; "" = not told.
	APIFrom string
	// Pages are what browsers open; what is not given is WeChat's own, or APIBase where that is not WeChat's.
	Pages api.Pages
	// Doer carries requests to APIBase; nil means a client of our own.
	Doer api.Doer
	// ModelDoer carries questions to language models; nil means the way of all calls of scripts, and a plain client for
	// the stand-in.
	ModelDoer llm.Doer
	// StandInModel is the language model of accounts that have none, in dev; without Base there is none.
	StandInModel llm.Endpoint
	// Outside makes the HTTP calls of scripts; nil means a client of our own.
	Outside *outside.Client
	// PrivateHTTP are the hosts that the operator opens to scripts although they are not public, by account; "*" is every
	// account.
	PrivateHTTP map[string][]outside.Opened
	// Resolver finds what ${env:…} and ${file:…} stand for.
	Resolver account.Resolver
	// Ceilings are the operator's limits of a turn; account.yaml may ask for less.
	Ceilings engine.Limits
	// APIMethods are the methods that an API key of account.yaml may be confined to; nil: any name is taken.
	APIMethods []string
	// MaxSkew is how far a push's timestamp may be off; 0 = any age.
	MaxSkew time.Duration
	// ReplyWindow is how long an attempt may wait for its answer. WeChat closes the socket 5 s after
	// sending and asks twice more; the default of 4.5 s leaves room for sealing and the network.
	ReplyWindow time.Duration
	// Poll looks at every file this often, for file systems that send no events; 0 = rely on events. With Published it is
	// how often the rows are looked at; 0 = 2 s.
	Poll time.Duration
	// Published lets the store and not the folders say what is live: Fleet.Publish takes it from there.
	Published bool
	// LoadTime is how long loading one account's folder may take before it is given up because something in
	// it hangs; 0 = 10 s.
	LoadTime time.Duration
	// Language is that of hints in boxes of errors; "" is English.
	Language words.Language
	// Events is told what happens.
	Events Events
	Log    *slog.Logger
	// Sleep is what time.sleep of scripts does; nil waits by the real clock.
	Sleep func(ctx context.Context, d time.Duration) error
	// APISleep is what a call of WeChat's API does before it tries again; nil waits by the real clock.
	APISleep func(ctx context.Context, d time.Duration) error
	// Now, Ticks and Rand are time and chance. Ticks drives the watchdog; nil = a ticker of 20 ms. Rand
	// seeds the scripts' chance; nil = the process's own.
	Now   func() time.Time
	Ticks <-chan time.Time
	// Dues is when it is looked which conversations are due; nil = a ticker.
	Dues <-chan time.Time
	// Polls is when it is looked what other processes have decided; nil = a ticker.
	Polls <-chan time.Time
	Rand  io.Reader
	// After is what all other waiting goes by; nil = the real clock.
	After After
}

// Limits of one account (design.md §3).
const (
	turnsAtOnce  = 64
	turnsQueued  = 1000
	turnsWaiting = 1000
)

func (o Options) withDefaults() Options {
	if o.APIBase == "" {
		o.APIBase = api.DefaultBaseURL
	}
	if o.Outside == nil {
		o.Outside = outside.NewClient(outside.Options{})
	}
	o.Pages = o.Pages.Beside(o.APIBase)
	if o.ReplyWindow == 0 {
		o.ReplyWindow = 4500 * time.Millisecond
	}
	if o.LoadTime == 0 {
		o.LoadTime = loadTime
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.After == nil {
		o.After = afterByTheClock
	}
	return o
}

// chance makes the seed of a script's math.random.
func (o Options) chance() uint64 {
	if o.Rand == nil {
		return rand.Uint64()
	}
	var b [8]byte
	if _, err := io.ReadFull(o.Rand, b[:]); err != nil {
		panic("bot: no chance to be had: " + err.Error())
	}
	return binary.LittleEndian.Uint64(b[:])
}
