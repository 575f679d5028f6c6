package engine

import "time"

// Limits bound one turn, and what a build is made of. A zero field means its default.
type Limits struct {
	Instructions int64
	ScriptTime   time.Duration
	TotalTime    time.Duration
	Strings      int64
	Memory       int64
	String       int64
	WeChatCalls  int
	HTTPCalls    int
	StoreCalls   int
	Log          int64
	Answer       int64
	SourceFile   int64
	SourceFiles  int
	Source       int64
	DataFile     int64
	Data         int64
}

// DefaultLimits are those of design.md §3.
func DefaultLimits() Limits { return Limits{} }

// Set changes one limit by its name in account.yaml. The error names the limit, what is allowed, and the
// operator's ceiling.
func (l *Limits) Set(name string, value any, ceiling Limits) error { panic("being written") }
