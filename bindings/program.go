package bindings

import (
	"context"
	"time"

	"moonwire/engine"
)

// ProgramConfig says what the scripts of an account may reach. It is not changed after Compile.
type ProgramConfig struct {
	Account   string
	Verified  bool              // may call WeChat's API
	Templates map[string]string // alias → template id
	Settings  map[string]any    // plain data of account.yaml
	Location  *time.Location    // nil: Asia/Shanghai
	API       API               // nil: every call to WeChat answers an error
	AllowHTTP []string          // host names
}

// Program is one build of an account with its rules, ready to answer. Immutable, safe for concurrent use.
type Program struct {
	config ProgramConfig
	build  *engine.Build
}

// Build is the engine's half of the program.
func (p *Program) Build() *engine.Build { return p.build }

// Compile makes a program of a snapshot: compiles it, runs its top level once without effects and indexes
// the rules. The error is an *engine.ScriptError that names the line.
func Compile(ctx context.Context, eng *engine.Engine, snap *engine.Snapshot, lim engine.Limits, cfg ProgramConfig) (*Program, error) {
	panic("being written")
}

// Answer runs the rules over one push. The error is an *engine.ScriptError when the script failed.
func (p *Program) Answer(ctx context.Context, in Input) (Outcome, error) {
	panic("being written")
}
