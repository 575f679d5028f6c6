package bindings

import (
	"context"
	"io/fs"
	"sync"
	"time"

	"moonwire/engine"
	"moonwire/folder"
	"moonwire/internal/mask"
	"moonwire/outside"
	"moonwire/wechat/api"
)

// ProgramConfig says what the scripts of an account may reach. It is not changed after Compile.
type ProgramConfig struct {
	Account   string
	Verified  bool              // may call WeChat's API
	Personal  bool              // belongs to a person, who may not, verified or not
	Templates map[string]string // alias → template id
	Settings  map[string]any    // plain data of account.yaml
	Location  *time.Location    // nil: UTC+8, as in Asia/Shanghai
	Zones     *Zones            // of all accounts together; nil: one of the program's own
	API       API               // nil: every call to WeChat answers an error
	Model     Model             // nil: every question to a language model answers an error
	Policy    outside.Policy    // which servers scripts may call
	HTTP      HTTP              // makes the calls; nil: none can be made
	Hooks     []string          // that account.yaml names
	Secrets   *mask.Mask        // what no script may read out of what others say; nil: nothing

	AppID       string    // for oauth.url
	Pages       api.Pages // that oauth.url and qrcode.create point at
	ExposeToken bool      // api.access_token gives the token
	Records     Records   // nil: a script that asks for them fails
	Media       fs.FS     // the account's folder media/; nil: it is empty
	// LooksIntoMedia has the top level looked over with CheckMediaContent too; WeChat says it of what is sent.
	LooksIntoMedia bool
	Uploads        Uploads // of files of media/; nil: each use uploads
}

// Program is one build of an account with its rules, ready to answer. Immutable but for what was told, safe for concurrent use.
type Program struct {
	config    ProgramConfig
	engine    *engine.Engine
	build     *engine.Build
	dataNames []string
	patterns  *patterns
	data      dataQuota
	located   located
	media     mediaHashes

	states     sync.Pool // of *state
	secondTold sync.Map  // labels of rules that were warned of for a second answer
}

// Build is the engine's half of the program.
func (p *Program) Build() *engine.Build { return p.build }

// Config says what the scripts may reach.
func (p *Program) Config() ProgramConfig { return p.config }

// Rules are the labels of all rules: `main.lua:12 on.text("下单")`, in the order of their declaration.
func (p *Program) Rules() []string {
	var all []string
	for _, r := range p.index().rules {
		all = append(all, r.label)
	}
	return all
}

func (p *Program) index() *index { return p.build.Index.(*index) }

// Compile makes a program of a snapshot: compiles it, runs its top level once without effects and indexes
// the rules. The error is an *engine.ScriptError that names the line.
func Compile(ctx context.Context, eng *engine.Engine, snap *folder.Snapshot, lim engine.Limits, cfg ProgramConfig) (*Program, error) {
	if cfg.Location == nil {
		cfg.Location = time.FixedZone("CST", 8*60*60)
	}
	if cfg.Zones == nil {
		cfg.Zones = &Zones{}
	}
	p := &Program{
		config: cfg, engine: eng, dataNames: dataNames(snap), patterns: &patterns{},
	}
	dry := &state{p: p, index: newIndex(), draft: true}
	build, err := eng.Compile(ctx, snap, engine.BuildOptions{
		Account: cfg.Account, Limits: lim, Host: dry,
		Seal: func(*engine.Turn) (any, error) { return dry.index.seal(), nil },
	})
	if err != nil {
		return nil, err
	}
	p.build = build
	return p, nil
}
