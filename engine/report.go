package engine

import "time"

// ErrorKind says what sort of failure stopped a script.
type ErrorKind uint8

// The kinds of failures.
const (
	ErrorRun      ErrorKind = iota // the script did something it cannot
	ErrorSyntax                    // the source does not compile
	ErrorLimit                     // a budget is spent; ScriptError.Limit names it
	ErrorStopped                   // the turn was stopped from outside
	ErrorInternal                  // a bug of ours or of the VM
)

// Frame is one level of the script's call stack, the failing one first.
type Frame struct {
	File string
	Line int
	Func string // "confirm", "order.pay", "main chunk"
	Args string // names of the parameters: "c, n"
}

// Local is a local variable of the failing frame.
type Local struct{ Name, Value string }

// ScriptError is what went wrong in a script, for its author. Msg is in Lua 5.1's own words.
type ScriptError struct {
	Kind   ErrorKind
	File   string // "" when no line of the script is to blame
	Line   int
	Msg    string // without file and line
	Hint   string // "did you mean on.text?"
	Limit  string // name of the limit, as account.yaml spells it
	Frames []Frame
	Locals []Local // five at most, 80 bytes each
	Value  any     // what the script raised, when it is plain data and no string

	source []byte
}

// Error is one line: file:line: message.
func (e *ScriptError) Error() string { panic("being written") }

// BoxInfo is what surrounds an error in its box; empty fields are left out.
type BoxInfo struct {
	Account string
	Trace   string // ten characters; the last four are shown
	Rule    string // `main.lua:31 on.text("yes")`
	Fan     string // already shortened
	Said    string // what the fan did: `said "yes"`
	Build   string
	Saved   time.Duration // how long ago the build was saved
	FanSaw  string
	Serving string // after a failed save: the build that serves on
	Hide    bool   // leave out locals
}

// Box renders the error as the terminal, the log and the console show it.
func (e *ScriptError) Box(i BoxInfo) string { panic("being written") }
