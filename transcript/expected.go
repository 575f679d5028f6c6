package transcript

import (
	"fmt"
	"regexp"
	"strings"
)

// expected is a text that the bot shall say.
type expected struct {
	text string // as written, its lines joined by \n
	re   *regexp.Regexp
}

// maxExpression bounds /re/: what it costs to compile grows with it.
const maxExpression = 1000

// wildcard stands for anything, line breaks included.
var wildcard = regexp.MustCompile(`\\?\{(?:…|\.\.\.)\}`)

// readExpected reads what stands behind "bot:". Written plainly it is exact, but for {…}; behind ~ it is contained; between
// slashes it is a regular expression (RE2). A backslash in front of any of these takes its meaning away.
func readExpected(text string) (expected, error) {
	e := expected{text: text}
	if inner, ok := strings.CutPrefix(text, "/"); ok && len(inner) > 1 && strings.HasSuffix(inner, "/") {
		inner = strings.TrimSuffix(inner, "/")
		if len(inner) > maxExpression {
			return e, fmt.Errorf("the expression has %d bytes; at most %d are allowed", len(inner), maxExpression)
		}
		re, err := regexp.Compile(inner)
		if err != nil {
			return e, fmt.Errorf("this is no regular expression (RE2): %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
		e.re = re
		return e, nil
	}
	start, end := `\A`, `\z`
	if rest, contains := strings.CutPrefix(text, "~"); contains {
		start, end, text = "", "", strings.TrimPrefix(rest, " ")
		if strings.TrimSpace(text) == "" {
			return e, fmt.Errorf("behind ~ stands a part of what the bot says")
		}
	}
	if plain, escaped := strings.CutPrefix(text, `\`); escaped && plain != "" && strings.ContainsAny(plain[:1], `~/\[`) {
		text = plain
	}
	re, err := regexp.Compile(`(?s)` + start + withWildcards(text) + end)
	if err != nil {
		return e, fmt.Errorf("this text is too long to compare with")
	}
	e.re = re
	return e, nil
}

// withWildcards is an expression for a text in which {…} stands for anything.
func withWildcards(text string) string {
	var b strings.Builder
	last := 0
	for _, at := range wildcard.FindAllStringIndex(text, -1) {
		b.WriteString(regexp.QuoteMeta(text[last:at[0]]))
		if text[at[0]] == '\\' {
			b.WriteString(regexp.QuoteMeta(text[at[0]+1 : at[1]]))
		} else {
			b.WriteString(".*?")
		}
		last = at[1]
	}
	return b.String() + regexp.QuoteMeta(text[last:])
}

func (e expected) fits(text string) bool { return e.re.MatchString(text) }

// exactly writes a text so that it is expected as it stands.
func exactly(text string) string {
	text = wildcard.ReplaceAllStringFunc(text, func(w string) string {
		if strings.HasPrefix(w, `\`) {
			return w
		}
		return `\` + w
	})
	if text != "" && strings.ContainsAny(text[:1], `~\`) || len(text) > 2 && text[0] == '/' && text[len(text)-1] == '/' {
		return `\` + text
	}
	return text
}
