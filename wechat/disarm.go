package wechat

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Disarm takes out of a text what makes its reader say something, unless made says of a link that the script made it
// itself: of any other tap link the label is left, and whatever else a phone might take for one is broken. It reports
// whether there was any.
func Disarm(s string, made func(link string) bool) (string, bool) {
	if strings.IndexByte(s, '<') < 0 {
		return s, false
	}
	out := disarm(s, made, true)
	if out == s {
		return s, false
	}
	return disarm(out, made, false), true // what was taken out may have stood between the halves of another
}

// disarm goes over a text once; unwrap says that links may give way to their labels.
func disarm(s string, made func(link string) bool, unwrap bool) string {
	var b strings.Builder
	from := 0
	spots := tapSpots(s)
	for i, at := range spots {
		if at[0] < from {
			continue // inside of a link that was made
		}
		if begin, end := madeAround(s, at[0]); begin >= from && made(s[begin:end]) {
			b.WriteString(s[from:end])
			from = end
			continue
		}
		if l, ok := linkAround(s[from:], at[0]-from); ok && unwrap && (i+1 == len(spots) || spots[i+1][0] >= from+l.end) {
			b.WriteString(s[from:from+l.begin] + s[from+l.label:from+l.labelEnd])
			from += l.end
			continue
		}
		b.WriteString(s[from:at[0]] + "bizmsg-menu")
		from = at[1]
	}
	return b.String() + s[from:]
}

// madeAround is the link as TapLink makes it whose host stands at a place; empty and in front of everything where there
// is none.
func madeAround(s string, host int) (begin, end int) {
	begin = host - len(tapScheme)
	if begin < 0 || !strings.HasPrefix(s[begin:], tapScheme+tapHost+tapSaid) {
		return -1, 0
	}
	n := strings.Index(s[host:], tapEnd)
	if n < 0 {
		return -1, 0
	}
	return begin, host + n + len(tapEnd)
}

// wholeLink are the places of a link and of its label.
type wholeLink struct{ begin, label, labelEnd, end int }

// linkAround finds the link in whose first tag a place is; false where the tags are not as plain as can be.
func linkAround(s string, at int) (l wholeLink, ok bool) {
	l.begin = strings.LastIndexAny(s[:at], "<>")
	if l.begin < 0 || !beginsLink(s[l.begin:]) {
		return l, false
	}
	n := strings.IndexAny(s[at:], "<>")
	if n < 0 || s[at+n] != '>' {
		return l, false
	}
	l.label = at + n + 1
	if l.end = linkEnd(s, l.label); l.end < 0 {
		return l, false
	}
	l.labelEnd = l.end - len(tapEnd)
	return l, true
}

// tapSpots finds the host of tap links in a text, however it is written: in any case and width, with escapes of
// addresses and of HTML, with invisible characters in between.
func tapSpots(s string) (found [][2]int) {
	for at := 0; at < len(s); {
		if end := matchHost(s, at); end > 0 {
			found = append(found, [2]int{at, end})
			at = end
			continue
		}
		_, size := readLoosely(s[at:])
		at += size
	}
	return found
}

// matchHost is where the host ends that begins at a place; 0 when none does.
func matchHost(s string, at int) (end int) {
	for i := 0; i < len(tapHost); {
		r, size := readLoosely(s[at:])
		switch {
		case size == 0, r != invisible && r != rune(tapHost[i]), r == invisible && i == 0:
			return 0
		case r != invisible:
			i++
		}
		at += size
	}
	return at
}

// invisible stands for what phones and addresses leave out.
const invisible = -1

// readLoosely reads one character as whatever may be made of it.
func readLoosely(s string) (r rune, size int) {
	r, size = utf8.DecodeRuneInString(s)
	if n, long, ok := escaped(s); ok {
		r, size = n, long
	}
	switch {
	case size == 0:
		return 0, 0
	case illegal(r), unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Mn, r):
		return invisible, size
	case 0xFF01 <= r && r <= 0xFF5E: // full width
		r -= 0xFF01 - '!'
	case r == 'ſ':
		r = 's'
	}
	return unicode.ToLower(r), size
}

// escaped reads %62, &#98; and &#x62;.
func escaped(s string) (r rune, size int, ok bool) {
	if strings.HasPrefix(s, "%") && len(s) >= 3 {
		n, err := strconv.ParseUint(s[1:3], 16, 8)
		return rune(n), 3, err == nil
	}
	digits, isEntity := strings.CutPrefix(s, "&#")
	if !isEntity {
		return 0, 0, false
	}
	base := 10
	if hex := strings.TrimLeft(digits[:min(1, len(digits))], "xX"); hex == "" && digits != "" {
		base, digits = 16, digits[1:]
	}
	const longest = 8
	n := 0
	for n < min(longest, len(digits)) && strings.IndexByte("0123456789abcdefABCDEF"[:min(22, 10+(base-10)*2)], digits[n]) >= 0 {
		n++
	}
	v, err := strconv.ParseUint(digits[:n], base, 31)
	size = len(s) - len(digits) + n
	if strings.HasPrefix(digits[n:], ";") {
		size++
	}
	return rune(v), size, err == nil
}
