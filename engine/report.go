package engine

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/code"
	"moonwire/words"
)

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

func (k ErrorKind) String() string {
	return [...]string{"run", "syntax", "limit", "stopped", "internal"}[k]
}

// Frame is one level of the script's call stack, the failing one first.
type Frame struct {
	File string
	Line int
	Func string // "confirm(c)", "main chunk", "function at line 10"
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
	HintZH string // the same in Chinese; "" where nobody has said it so
	Code   words.Code
	Limit  string // name of the limit that is spent, as account.yaml spells it
	Frames []Frame
	Locals []Local // five at most, 80 bytes each
	Value  any     // what the script raised, when it is plain data and no string

	source []byte // of File
}

// Error is one line: file:line: message.
func (e *ScriptError) Error() string {
	switch {
	case e.File == "":
		return e.Msg
	case e.Line == 0:
		return e.File + ": " + e.Msg
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
}

const (
	maxFrames  = 10
	maxLocals  = 5
	localBytes = 80
	maxMessage = 2 << 10 // bytes of an error's text
	// maxDetailed is how many bytes of source, of what is quickly compiled, an error may have compiled once more
	// for the names of functions that called the one at fault; it cannot be interrupted.
	maxDetailed = 256 << 10
)

// report is what was seen of an error while its stack still stood.
type report struct {
	value  lua.LValue
	frames []Frame
	locals []Local
	hint   words.Message
	loop   int // line of the innermost loop around the failing line; 0 for none
}

// inspect looks at the stack below an error that is being raised.
func (t *Turn) inspect(L *lua.LState, value lua.LValue) *report {
	r := &report{value: value}
	left := maxDetailed
	for n := 0; n < maxFrames; n++ {
		f, ok := scriptFrame(L, n)
		if !ok {
			break
		}
		var names *code.Names
		if n == 0 || t.affords(f.fn.Proto, &left) {
			names = t.namesOf(f.fn.Proto)
		}
		r.frames = append(r.frames, Frame{f.fn.Proto.SourceName, f.line, title(f.fn.Proto, names)})
		if n == 0 && names != nil {
			r.locals = localsOf(L, f, names)
			r.hint = t.hint(L, names.At[f.pc], value)
			r.loop = loopAround(names.Func, f.line)
		}
	}
	if endless(r.value) {
		r.hint = r.recursion()
	}
	return r
}

// affords reports whether the names of a function are at hand, or its file quickly compiled.
func (t *Turn) affords(p *lua.FunctionProto, left *int) bool {
	m := t.build.modules.file(p.SourceName)
	if m == nil || t.notes[m.chunk] != nil {
		return true
	}
	*left -= len(m.chunk.source)
	return *left >= 0
}

// title is how a report calls a function: confirm(c, n).
func title(p *lua.FunctionProto, names *code.Names) string {
	switch {
	case names == nil:
		return fmt.Sprintf("function at line %d", p.LineDefined)
	case names.Func.Parent == nil:
		return "main chunk"
	}
	fn := names.Func
	params := fn.Params
	if fn.Method {
		params = params[1:]
	}
	list := make([]string, len(params))
	for i, v := range params {
		list[i] = v.Name
	}
	if fn.Name == "" {
		return fmt.Sprintf("function(%s) at line %d", strings.Join(list, ", "), p.LineDefined)
	}
	return fn.Name + "(" + strings.Join(list, ", ") + ")"
}

// scriptError makes an author's error of what PCall returned.
func (t *Turn) scriptError(api *lua.ApiError) *ScriptError {
	e, r := &ScriptError{}, t.report
	if r != nil {
		e.Frames, e.Locals = r.frames, r.locals
		e.hinted(r.hint)
		t.report = nil
	}
	if len(e.Frames) > 0 {
		e.File, e.Line = e.Frames[0].File, e.Frames[0].Line
	}
	if s := t.vm.meter.stop; s != nil {
		e.Kind, e.Limit, e.Msg = s.kind, s.limit, s.msg
		e.hinted(t.stillRunning(s, r))
	} else if api.Type == lua.ApiErrorPanic {
		e.Kind, e.Msg = ErrorInternal, t.panicked(api)
	} else {
		t.describe(e, api.Object)
		if m := t.build.modules.file(e.File); m != nil && m.err != nil && m.err.Msg == e.Msg { // a file of shared/ that does not compile
			e.Hint, e.HintZH, e.Code = m.err.Hint, m.err.HintZH, m.err.Code
		}
	}
	e.source = t.build.Source(e.File)
	return e
}

// stopError is the error of a turn that was already stopped.
func (t *Turn) stopError(s *stop) error {
	return &ScriptError{Kind: s.kind, Limit: s.limit, Msg: s.msg}
}

// describe fills in what the script raised.
func (t *Turn) describe(e *ScriptError, value lua.LValue) {
	msg, ok := value.(lua.LString)
	if !ok {
		e.Msg = "error object: " + showValue(value, localBytes)
		e.Value, _ = t.FromLua(value, Caps{Count: 100, Bytes: maxMessage})
		return
	}
	text := string(msg)
	// What passes a coroutine.wrap has the places of both sides; the last one is where it began.
	for file, line, rest, ok := t.cutPosition(text); ok; file, line, rest, ok = t.cutPosition(text) {
		e.File, e.Line, text = file, line, rest
	}
	e.Msg = shorten(text, maxMessage)
}

// cutPosition takes `file:line: ` off a message when file is one of the build's, of data/ as well.
func (t *Turn) cutPosition(msg string) (file string, line int, rest string, ok bool) {
	for i := 0; i < len(msg) && i < 200; i++ {
		if msg[i] != ':' || !t.build.hasFile(msg[:i]) {
			continue
		}
		n := i + 1
		for n < len(msg) && msg[n] >= '0' && msg[n] <= '9' && n < i+8 {
			line = line*10 + int(msg[n]-'0')
			n++
		}
		if n > i+1 && n+1 < len(msg) && msg[n:n+2] == ": " {
			return msg[:i], line, msg[n+2:], true
		}
		return "", 0, "", false
	}
	return "", 0, "", false
}
