package engine

import (
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/syntax"
	"moonwire/words"
)

// hinted takes over a hint.
func (e *ScriptError) hinted(m words.Message) {
	e.Hint, e.HintZH, e.Code = m.Cure.EN, m.Cure.ZH, m.Code
}

// endless reports whether an error is that of a function which goes on calling.
func endless(value lua.LValue) bool {
	msg, _ := value.(lua.LString)
	return strings.HasSuffix(string(msg), "stack overflow")
}

// recursion names the function that the stack is full of.
func (r *report) recursion() words.Message {
	for i, f := range r.frames {
		for _, below := range r.frames[i+1:] {
			if f.Func == below.Func && f.File == below.File && f.Func != "main chunk" {
				name, _, _ := strings.Cut(f.Func, "(")
				return words.Say(words.CallsItself, "name", name, "line", strconv.Itoa(f.Line))
			}
		}
	}
	return words.Message{Code: words.CallsItself, Cure: words.Text{
		EN: "does a function call itself without an end?", ZH: "是不是有函数无休止地调用自己？",
	}}
}

// stillRunning names the loop that a turn was in when its time or its instructions were spent.
func (t *Turn) stillRunning(s *stop, r *report) words.Message {
	if r == nil || r.loop == 0 || s.limit != "instructions" && s.limit != "script_time" {
		return words.Message{}
	}
	return words.Say(words.LoopGoesOn, "line", strconv.Itoa(r.loop))
}

// loopAround is the line where the innermost loop of a function begins that a line is in; 0 for none.
func loopAround(fn *syntax.Func, line int) int {
	f := loopFinder{line: line}
	f.Block(fn.Body)
	return f.found
}

// loopFinder looks for the last loop that begins at or before a line and ends behind it.
type loopFinder struct{ line, found int }

// Expr has no loops of this function.
func (f *loopFinder) Expr(syntax.Expr) {}

// Block is for syntax.Parts.
func (f *loopFinder) Block(b *syntax.Block) {
	if b == nil {
		return
	}
	for _, s := range b.Stmts {
		end := 0
		switch s := s.(type) {
		case *syntax.While:
			end = s.Body.End
		case *syntax.Repeat:
			end = s.Body.End
		case *syntax.NumericFor:
			end = s.Body.End
		case *syntax.GenericFor:
			end = s.Body.End
		}
		if s.Line() <= f.line && f.line <= end {
			f.found = s.Line()
		}
		syntax.Parts(s, f)
	}
}
