package cli

import (
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"moonwire/bot"
)

// messageLine encodes the log's line of a message: byte for byte what slog's handlers write for the same fields, in a
// fraction of their time, as there is one for each message.
type messageLine struct {
	json bool
	buf  []byte
	odd  bool // a text has what is left to slog's handler

	second time.Time // whose text is known
	stamp  []byte
}

// encode is false when the line is left to slog's handler.
func (l *messageLine) encode(at time.Time, r *bot.TurnReport, said string) bool {
	l.begin(at)
	l.text("account", r.Account)
	l.text("trace", r.Trace)
	l.text("fan", shortFan(r.OpenID))
	l.text("kind", kindOf(*r))
	l.text("said", said)
	l.text("outcome", string(r.Outcome))
	l.text("reply", r.Reply)
	l.text("rule", r.Rule)
	l.text("build", r.Build)
	var ms [24]byte
	l.text("ms", string(strconv.AppendFloat(ms[:0], float64((r.Waited+r.Took).Microseconds())/1000, 'f', 1, 64)))
	l.number("attempts", r.Attempts)
	l.end()
	return !l.odd
}

func (l *messageLine) begin(at time.Time) {
	l.odd = false
	if l.json {
		l.buf = append(l.buf[:0], `{"time":"`...)
		l.buf = at.AppendFormat(l.buf, time.RFC3339Nano)
		l.buf = append(l.buf, `","level":"INFO","msg":"message"`...)
		return
	}
	l.buf = l.appendStamp(l.buf[:0], at)
	l.buf = append(l.buf, " INF message"...)
}

// appendStamp appends a time in the form of time.StampMilli; lines of one second have all but the end of it in common.
func (l *messageLine) appendStamp(b []byte, at time.Time) []byte {
	ms := at.Nanosecond() / int(time.Millisecond)
	if second := at.Truncate(time.Second); len(l.stamp) == 0 || second != l.second {
		l.second, l.stamp = second, at.AppendFormat(l.stamp[:0], time.Stamp)
	}
	b = append(b, l.stamp...)
	return append(b, '.', byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10))
}

func (l *messageLine) end() {
	if l.json {
		l.buf = append(l.buf, '}')
	}
	l.buf = append(l.buf, '\n')
}

func (l *messageLine) key(name string) {
	if l.json {
		l.buf = append(l.buf, `,"`...)
		l.buf = append(l.buf, name...)
		l.buf = append(l.buf, `":`...)
		return
	}
	l.buf = append(l.buf, ' ')
	l.buf = append(l.buf, name...)
	l.buf = append(l.buf, '=')
}

func (l *messageLine) number(name string, n int) {
	l.key(name)
	l.buf = strconv.AppendInt(l.buf, int64(n), 10)
}

func (l *messageLine) text(name, s string) {
	l.key(name)
	if l.json {
		l.buf = append(l.buf, '"')
		l.buf = appendJSON(l.buf, s)
		l.buf = append(l.buf, '"')
		return
	}
	if bare(s) {
		l.buf = append(l.buf, s...)
		return
	}
	quote, odd := quoting(s)
	l.odd = l.odd || odd
	if quote {
		l.buf = strconv.AppendQuote(l.buf, s)
	} else {
		l.buf = append(l.buf, s...)
	}
}

// bare reports whether the text format writes a value as it is, as far as a look at its bytes can tell.
func bare(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '=' || c == '"' {
			return false
		}
	}
	return s != ""
}

// quoting says whether the text format puts quotes around a value, and whether the value is odd: the handler of that
// format removes colours of terminals and all that follows broken UTF-8.
func quoting(s string) (quote, odd bool) {
	quote = s == ""
	for _, r := range s {
		switch {
		case r == '\x1b' || r == utf8.RuneError:
			return quote, true
		case r < utf8.RuneSelf:
			quote = quote || r <= ' ' || r == '=' || r == '"'
		default:
			quote = quote || unicode.IsSpace(r) || !unicode.IsPrint(r)
		}
	}
	return quote, false
}

// appendJSON appends the inside of a JSON string.
func appendJSON(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	plain := 0 // from here on nothing is appended yet
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
			if (r != utf8.RuneError || size > 1) && r != '\u2028' && r != '\u2029' {
				i += size
				continue
			}
		}
		b = append(b, s[plain:i]...)
		i += size
		plain = i
		switch r {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		default:
			b = append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
		}
	}
	return append(b, s[plain:]...)
}

// shortFan is an openid as the log shows it: enough to follow a fan over some lines, never the whole of it.
func shortFan(openid string) string {
	if short := shortOpenID(openid); short != openid || openid == "" {
		return short
	}
	return "…" + openid[(len(openid)+1)/2:]
}
