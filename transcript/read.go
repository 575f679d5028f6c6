package transcript

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"moonwire/engine"
)

// Bounds of a .chat file.
const (
	MaxFile  = 256 << 10 // bytes
	MaxLines = 10_000
	maxFans  = 100
)

// Transcript is a .chat file as it was read.
type Transcript struct {
	File  string // as errors name it: demo/tests/order.chat
	lines []string
	steps []step
}

// step is one thing that happens, or is expected.
type step interface {
	line() int
	end() int
	play(p *play) *Failure
}

// at is the lines of a step, from 1; last is where it ends.
type at struct{ first, last int }

func (a at) line() int { return a.first }
func (a at) end() int  { return a.last }

// ReadError says what is wrong with a line of a transcript, and what is allowed.
type ReadError struct {
	File string
	Line int // 0 = the file as a whole
	Msg  string
}

func (e *ReadError) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Msg
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
}

// Read reads a transcript. The error is a *ReadError.
func Read(file string, body []byte) (*Transcript, error) {
	r := &reader{t: &Transcript{File: file}}
	if err := r.split(body); err != nil {
		return nil, err
	}
	for r.next < len(r.t.lines) {
		if err := r.step(); err != nil {
			return nil, &ReadError{file, r.begun, err.Error()}
		}
	}
	return r.t, nil
}

// reader goes through the lines of a transcript.
type reader struct {
	t     *Transcript
	next  int // the line that is read next, from 0
	begun int // the line of the step that is being read, from 1
	fans  []string
}

// split checks the bounds of a file and makes lines of it.
func (r *reader) split(body []byte) error {
	whole := func(format string, args ...any) error {
		return &ReadError{File: r.t.File, Msg: fmt.Sprintf(format, args...)}
	}
	if len(body) > MaxFile {
		return whole("the file has %d bytes; a transcript has at most %d", len(body), MaxFile)
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(body) {
		return whole("the file is no UTF-8 text; save it as UTF-8")
	}
	text := strings.ReplaceAll(string(body), "\r\n", "\n")
	r.t.lines = strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(r.t.lines) > MaxLines {
		return whole("the file has %d lines; a transcript has at most %d", len(r.t.lines), MaxLines)
	}
	return nil
}

// step reads one step, if a line has one.
func (r *reader) step() error {
	line := r.t.lines[r.next]
	r.next++
	r.begun = r.next
	switch {
	case strings.TrimSpace(line) == "", strings.HasPrefix(line, "#"):
		return nil
	case line[0] == ' ' || line[0] == '\t':
		return fmt.Errorf("an indented line goes on with the text above it, and there is none: begin the line at its left edge")
	}
	s, err := r.read(line)
	if err != nil {
		return err
	}
	r.t.steps = append(r.t.steps, s)
	return nil
}

// read finds out what a line is.
func (r *reader) read(line string) (step, error) {
	word, rest := cutWord(line)
	for _, w := range words() {
		if w.word == word && !w.colon {
			return w.read(r, rest)
		}
	}
	who, text, ok := cutSpeaker(line)
	if !ok {
		return nil, fmt.Errorf("%q is nothing that a transcript says%s; a line is one of: %s", shortened(line), meant(word), usages())
	}
	name, _, _ := strings.Cut(who, "(")
	for _, w := range words() {
		if w.colon && strings.EqualFold(w.word, strings.TrimSpace(name)) {
			return w.read(r, who+":"+text)
		}
	}
	return r.says(who, text)
}

// meant guesses the word of ours that a line was to begin with.
func meant(word string) string {
	var names []string
	for _, w := range words() {
		names = append(names, w.word)
	}
	if near := engine.Nearest(word, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// misspelt is the word of ours that a fan's name is, but for two letters that stand in each other's place, or one that
// is missing or too much: bto. A fan bob is a fan.
func misspelt(name string) string {
	for _, w := range words() {
		if !w.colon || name == w.word {
			continue
		}
		a, b := []byte(name), []byte(w.word)
		swapped := len(a) == len(b)
		slices.Sort(a)
		slices.Sort(b)
		longer := len(a)-len(b) == 1 || len(b)-len(a) == 1
		if swapped && bytes.Equal(a, b) || longer && engine.Nearest(name, []string{w.word}) != "" {
			return w.word
		}
	}
	return ""
}

// cutWord takes the first word of a line.
func cutWord(line string) (word, rest string) {
	word, rest, _ = strings.Cut(line, " ")
	return word, strings.TrimSpace(rest)
}

// cutSpeaker divides "amy: text"; the colon may be a Chinese one.
func cutSpeaker(line string) (who, text string, ok bool) {
	i := strings.IndexAny(line, ":：")
	if i <= 0 {
		return "", "", false
	}
	_, size := utf8.DecodeRuneInString(line[i:])
	return strings.TrimSpace(line[:i]), strings.TrimPrefix(line[i+size:], " "), true
}

// shortened is the beginning of a line, for an error.
func shortened(line string) string {
	if text := []rune(line); len(text) > 40 {
		return string(text[:40]) + "…"
	}
	return line
}

// span is from the line that was begun to the one that was read last.
func (r *reader) span() at { return at{r.begun, r.next} }

// further reads the indented lines that go on with a text.
func (r *reader) further(text string) string {
	lines := []string{text}
	for r.next < len(r.t.lines) {
		line := r.t.lines[r.next]
		blank := 0
		for strings.TrimSpace(line) == "" && r.next+blank+1 < len(r.t.lines) {
			blank++
			line = r.t.lines[r.next+blank]
		}
		if line == "" || line[0] != ' ' && line[0] != '\t' || strings.TrimSpace(line) == "" {
			break
		}
		lines = append(lines, slices.Repeat([]string{""}, blank)...)
		lines = append(lines, outdented(line))
		r.next += blank + 1
	}
	return strings.Join(lines, "\n")
}

// indent is how far further lines of a text are moved in, at most: what is beyond it belongs to the text.
const indent = "     "

func outdented(line string) string {
	if rest, tab := strings.CutPrefix(line, "\t"); tab {
		return rest
	}
	n := 0
	for n < len(indent) && n < len(line) && line[n] == ' ' {
		n++
	}
	return line[n:]
}

// here reads the lines up to one that is >>.
func (r *reader) here() (string, error) {
	for i := r.next; i < len(r.t.lines); i++ {
		if strings.TrimRight(r.t.lines[i], " \t") == ">>" {
			text := strings.Join(r.t.lines[r.next:i], "\n")
			r.next = i + 1
			return text + "\n", nil
		}
	}
	return "", fmt.Errorf("what begins with << ends with a line that is >>, and there is none")
}

// fan checks the name of a fan.
func (r *reader) fan(name string) error {
	switch {
	case name == "" || len(name) > 64 || strings.ContainsAny(name, " \t()[]<>#\""):
		return fmt.Errorf("%q cannot be the name of a fan: want a word of at most 64 bytes, such as amy", shortened(name))
	case slices.Contains(r.fans, name):
		return nil
	case len(r.fans) >= maxFans:
		return fmt.Errorf("a transcript has at most %d fans", maxFans)
	}
	r.fans = append(r.fans, name)
	return nil
}

// known is for a fan of whom something is expected.
func (r *reader) known(name string) error {
	if slices.Contains(r.fans, name) {
		return nil
	}
	hint := ""
	if near := engine.Nearest(name, r.fans); near != "" {
		hint = "; did you mean " + near + "?"
	}
	return fmt.Errorf("no fan %q has said anything yet%s", shortened(name), hint)
}
