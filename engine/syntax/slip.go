package syntax

import (
	"bytes"
	"slices"
	"strings"

	"moonwire/words"
)

// A file that does not parse is read once more, with slips: what people mean who write so is guessed from the source
// around the place where reading stopped.

// slips is what is noted while a file is read that does not parse.
type slips struct {
	indent []int // of each line, from 1
	open   []openBlock
	elses  map[int]int // line of an if → line of the `else if` behind it
	begins int         // where the last statement begins
	before token       // the token before the one at fault
}

// openBlock is a block whose end stands further to the left than it begins: the end is likely another's.
type openBlock struct {
	word string
	line int
}

// explain says what is wrong with a source that does not parse: the error, with a hint where the slip is a known one. It is
// nil for a source that parses.
func explain(source []byte) *Error {
	p := newParser(source)
	p.slips = &slips{indent: indents(source), elses: map[int]int{}}
	_, err := p.parse()
	if err != nil && err.Hint == "" {
		p.guess(err)
	}
	return err
}

// indents is how far each line begins to the right.
func indents(source []byte) []int {
	all := []int{0}
	for line := range bytes.SplitSeq(source, []byte("\n")) {
		all = append(all, len(line)-len(bytes.TrimLeft(line, " \t")))
	}
	return all
}

// closed notes that an end closes a block.
func (s *slips) closed(opener string, line, end int) {
	if end > line && end < len(s.indent) && s.indent[end] < s.indent[line] {
		s.open = append(s.open, openBlock{opener, line})
	}
}

// hinted gives an error its cure.
func (e *Error) hinted(m words.Message) {
	e.Code, e.Hint, e.HintZH = m.Code, m.Cure.EN, m.Cure.ZH
}

// guess finds out what was meant.
func (p *parser) guess(e *Error) {
	if e.inText {
		return
	}
	for _, guess := range []func(*Error) words.Message{p.guessSign, p.guessWord, p.guessBlock, p.guessReturn} {
		if m := guess(e); m.Code != "" {
			e.hinted(m)
			return
		}
	}
}

// guessSign knows the operators of other languages.
func (p *parser) guessSign(e *Error) words.Message {
	rest, before := string(p.src[p.tok.from:min(len(p.src), p.tok.from+3)]), p.slips.before
	at := func(sign string) bool { return strings.HasPrefix(rest, sign) }
	switch {
	case at("!="):
		return words.Say(words.NotEqual)
	case at("!"):
		return words.Say(words.NotSign)
	case at("&&"):
		return words.Say(words.LogicSign, "word", "and")
	case at("||"):
		return words.Say(words.LogicSign, "word", "or")
	case at("?"):
		return words.Say(words.QuestionMark)
	case at("++"):
		return words.Say(words.Increment, "name", p.nameBefore(p.tok.from), "sign", "+")
	case p.commentGlued():
		return words.Say(words.Increment, "name", p.nameBefore(before.to), "sign", "-")
	case len(rest) > 1 && strings.ContainsRune("+-*/%^", rune(rest[0])) && rest[1] == '=':
		return words.Say(words.AssignWithSign, "name", p.nameBefore(p.tok.from), "sign", rest[:1])
	case at("..="):
		return words.Say(words.AssignWithSign, "name", p.nameBefore(p.tok.from), "sign", "..")
	case at("=") && !at("==") && (strings.HasPrefix(e.Msg, "'then'") || strings.HasPrefix(e.Msg, "'do'") || strings.HasPrefix(e.Msg, "')'") || strings.HasPrefix(e.Msg, "'end'")):
		return words.Say(words.AssignInCompare)
	}
	return p.guessNewer(rest)
}

// guessNewer knows the operators of later Lua.
func (p *parser) guessNewer(rest string) words.Message {
	newer := func(what, en, zh string) words.Message {
		return words.Say(words.NewerLua, "what", what).Put("instead", words.Text{EN: en, ZH: zh})
	}
	before := p.slips.before
	doubled := p.tok.from > 0 && len(rest) > 0 && p.src[p.tok.from-1] == rest[0]
	switch {
	case strings.HasPrefix(rest, "/") && doubled:
		return newer("//", "write math.floor(a / b)", "请写 math.floor(a / b)")
	case before.text == "goto" && before.kind == tokName, strings.HasPrefix(rest, "::"):
		return newer("goto", "put an if around the rest of the loop", "用 if 把循环的其余部分包起来")
	case strings.HasPrefix(rest, "&"), strings.HasPrefix(rest, "|"), strings.HasPrefix(rest, "~") && !strings.HasPrefix(rest, "~="),
		doubled && (rest[0] == '<' || rest[0] == '>'):
		return newer(rest[:1], "there are no operators on bits", "没有位运算符")
	case strings.HasPrefix(rest, "<") && bytes.HasPrefix(bytes.TrimLeft(p.src[p.tok.to:], " "), []byte("const")):
		return newer("<const>", "write a plain local", "请写普通的 local")
	}
	return words.Message{}
}

// otherWords are what other languages write in the place of a word of Lua. A table of data.
var otherWords = map[string]string{
	"var": "local", "let": "local", "const": "local", "int": "local", "string": "local", "def": "function … end", "func": "function … end", "fn": "function … end",
	"elif": "elseif", "elsif": "elseif", "switch": "if … elseif … end", "case": "elseif", "import": `local x = require "lib.x"`, "include": `local x = require "lib.x"`,
	"try": "pcall(function() … end)", "foreach": "for _, v in ipairs(list) do", "unless": "if not", "continue": "an if around the rest of the loop",
}

// guessWord knows the words of other languages.
func (p *parser) guessWord(e *Error) words.Message {
	before := p.slips.before
	if instead := otherWords[before.text]; before.kind == tokName && instead != "" && !strings.HasPrefix(e.Msg, "'end'") {
		text := words.Text{EN: instead, ZH: instead}
		if before.text == "continue" {
			text.ZH = "一个 if，把循环的其余部分包起来"
		}
		return words.Say(words.OtherLanguage, "what", before.text).Put("instead", text)
	}
	if p.tok.kind == '{' && (strings.HasPrefix(e.Msg, "'then'") || strings.HasPrefix(e.Msg, "'do'")) {
		return words.Say(words.OtherLanguage, "what", "{ … }", "instead", e.Msg[1:strings.Index(e.Msg, "' expected")]+" … end")
	}
	return words.Message{}
}

// guessBlock finds the block that has no end.
func (p *parser) guessBlock(e *Error) words.Message {
	missing := strings.HasPrefix(e.Msg, "'end' expected")
	if !missing && p.tok.kind != tokEOF && p.tok.kind != ')' && p.tok.kind != '}' {
		return words.Message{}
	}
	for _, b := range slices.Backward(p.slips.open) {
		if at := p.slips.elses[b.line]; at > 0 && b.word == "if" {
			e.Line, e.Msg = at, "'end' expected (to close 'if' at line "+itoa(b.line)+"): 'else if' opens a second one here"
			return words.Say(words.ElseIf)
		}
		return words.Say(words.OpenBlock, "word", b.word, "line", itoa(b.line))
	}
	if !missing || e.open.line == 0 {
		return words.Message{}
	}
	if at := p.slips.elses[e.open.line]; at > 0 && e.open.word == "if" {
		return words.Say(words.ElseIf)
	}
	return words.Say(words.OpenBlock, "word", e.open.word, "line", itoa(e.open.line))
}

// guessReturn finds a value that stands in the place of a statement.
func (p *parser) guessReturn(e *Error) words.Message {
	alone := strings.HasPrefix(e.Msg, "unexpected symbol") && p.tok.from == p.slips.begins
	switch p.tok.kind {
	case tokString, tokNumber, tokTrue, tokFalse, tokNil, '{':
		if alone && p.fn.Parent != nil {
			return words.Say(words.MissingReturn)
		}
	case tokEnd, tokEOF, tokElse, tokElseif, tokUntil:
		if strings.HasPrefix(e.Msg, "'=' expected") && p.fn.Parent != nil {
			return words.Say(words.MissingReturn)
		}
	}
	return words.Message{}
}

// nameBefore is the variable that ends at a place: count, shop.n.
func (p *parser) nameBefore(end int) string {
	text := strings.TrimRight(string(p.src[:end]), " \t")
	from := len(text)
	for from > 0 && (isLetter(text[from-1]) || isDigit(text[from-1]) || text[from-1] == '.') {
		from--
	}
	if name := text[from:]; name != "" && !isDigit(name[0]) {
		return name
	}
	return "n"
}

// commentGlued reports whether a comment begins right behind a name: n-- was meant to count down.
func (p *parser) commentGlued() bool {
	b := p.slips.before
	return b.kind == tokName && bytes.HasPrefix(p.src[b.to:], []byte("--")) && !bytes.HasPrefix(p.src[b.to:], []byte("--[")) &&
		(b.to+2 >= len(p.src) || p.src[b.to+2] == '\n' || p.src[b.to+2] == '\r' || p.src[b.to+2] == ' ')
}
