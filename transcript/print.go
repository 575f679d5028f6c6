package transcript

import (
	"fmt"
	"io"
	"strings"
)

// shownLines is how much of a chat is shown above what is wrong.
const shownLines = 14

// Print writes what a failure is: where, what, and the chat with the wrong bubble marked.
func (f *Failure) Print(out io.Writer, paint func(good bool, text string) string) {
	says := string(f.Kind)
	for _, k := range Kinds() {
		if k.Kind == f.Kind {
			says = k.Says
		}
	}
	fmt.Fprintf(out, "  %s: %s\n", paint(false, says), strings.ReplaceAll(f.Message, "\n", "\n    "))
	if len(f.Chat) > 0 {
		first := max(0, len(f.Chat)-shownLines)
		if first > 0 {
			fmt.Fprintf(out, "      … %d lines before\n", first)
		}
		for _, s := range f.Chat[first:] {
			s.print(out, paint)
		}
	}
	if f.Want != "" {
		fmt.Fprintf(out, "      %s\n", paint(true, "want: "+inset(f.Want)))
	}
	if f.Got != "" && !f.marked() {
		fmt.Fprintf(out, "      %s\n", paint(false, "got:  "+inset(f.Got)))
	}
	if f.Box != "" {
		fmt.Fprintf(out, "    %s\n", strings.ReplaceAll(strings.TrimRight(f.Box, "\n"), "\n", "\n    "))
	}
}

func inset(text string) string { return strings.ReplaceAll(text, "\n", "\n            ") }

// marked reports whether the chat shows what came.
func (f *Failure) marked() bool {
	for _, s := range f.Chat {
		if s.Bad && s.Text == f.Got {
			return true
		}
	}
	return false
}

func (s Said) print(out io.Writer, paint func(good bool, text string) string) {
	who := s.Who
	var in []string
	if s.Push {
		in = append(in, "push")
	}
	if s.To != "" {
		in = append(in, s.To)
	}
	if len(in) > 0 && s.Who == "bot" {
		who += "(" + strings.Join(in, ", ") + ")"
	}
	line := who + ": " + strings.ReplaceAll(s.Text, "\n", "\n           ")
	if s.Note != "" {
		line += "   (" + s.Note + ")"
	}
	mark := "    "
	if s.Bad {
		mark, line = "  ▸ ", paint(false, line)
	}
	fmt.Fprintf(out, "  %s%s\n", mark, line)
}
