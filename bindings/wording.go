package bindings

import (
	"fmt"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// quote shows a text in an error: in quotes, cut after 40 characters.
func quote(s string) string {
	n := 0
	for i := range s { // the text may have megabytes
		if n++; n > 40 {
			s = strings.ToValidUTF8(s[:i], "\uFFFD") + "…"
			break
		}
	}
	return `"` + strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`, `"`, `\"`).Replace(s) + `"`
}

// brief shows a name in an error: cut after 40 characters.
func brief(name string) string {
	if q := quote(name); len(name) > 40 {
		return q[1 : len(q)-1]
	}
	return name
}

// keyText is a table's key as an author would write it.
func keyText(k lua.LValue) string {
	switch k := k.(type) {
	case lua.LString:
		return string(k)
	case lua.LNumber:
		return "[" + valueText(k) + "]"
	case lua.LBool:
		return "[" + k.String() + "]"
	}
	return "[" + describe(k) + "]"
}

// valueText is a string, a number or a boolean as tostring writes it.
func valueText(v lua.LValue) string {
	if n, ok := v.(lua.LNumber); ok {
		return engine.NumberText(float64(n))
	}
	return v.String()
}

// torn says of a text that is no UTF-8 where it stops to be; "" for one that is. Most likely string.sub cut a character in
// two, which WeChat shows as a question mark, or does not take at all.
func torn(s string) string {
	if utf8.ValidString(s) {
		return ""
	}
	at := 0
	for r, size := utf8.DecodeRuneInString(s); r != utf8.RuneError || size > 1; r, size = utf8.DecodeRuneInString(s[at:]) {
		at += size
	}
	before := s[max(0, at-30):at]
	for before != "" && !utf8.RuneStart(before[0]) {
		before = before[1:]
	}
	where := "at its beginning"
	if before != "" {
		where = "behind " + quote(before)
	}
	return "is torn " + where + ": string.sub counts bytes and cuts through characters; text.sub counts characters"
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// didYouMean is `; did you mean X?`, or nothing.
func didYouMean(word string, names []string) string {
	if name := engine.Nearest(word, names); name != "" {
		return "; did you mean " + name + "?"
	}
	return ""
}

// cutText is the beginning of s that has at most n bytes, cut at the border of a character where s is UTF-8.
func cutText(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for at := n; at >= max(0, n-3); at-- {
		if utf8.RuneStart(s[at]) {
			return s[:at]
		}
	}
	return s[:n]
}

// shorten is s, or the beginning of it that has at most n bytes and an ellipsis.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return cutText(s, n) + "…"
}

// maxQuoted is how many bytes of one text an error shows.
const maxQuoted = 2 << 10

// shortenAll shortens long texts among the arguments of a message: they may be megabytes, and messages are kept.
func shortenAll(args []any) []any {
	for i, arg := range args {
		if err, ok := arg.(error); ok {
			arg = err.Error()
		}
		if s, ok := arg.(string); ok && len(s) > maxQuoted {
			args[i] = shorten(s, maxQuoted)
		}
	}
	return args
}
