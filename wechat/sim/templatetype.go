package sim

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

var typedKey = regexp.MustCompile(`^(thing|character_string|phrase|number|letter|symbol|time|date|amount|phone_number|car_number|name|const)\d+$`)

// checkTyped checks a value by the type in its key's name: thing1, time2, …. Keys without a type, as the
// historic templates have them, may hold anything and may be missing.
func checkTyped(key, value string, given bool) error {
	m := typedKey.FindStringSubmatch(key)
	if m == nil {
		return nil
	}
	if !given || strings.TrimSpace(value) == "" {
		return refuse(47003, "data."+key+".value is empty")
	}
	if !typeFits(m[1], value) {
		return refuse(47003, "data."+key+".value invalid")
	}
	return nil
}

var (
	number = regexp.MustCompile(`^-?\d+(\.\d+)?$`)
	amount = regexp.MustCompile(`^[¥￥$€£]?\d{1,10}(\.\d+)?元?$`)
	phone  = regexp.MustCompile(`^[0-9+\-() ]{1,17}$`)
)

func typeFits(kind, v string) bool {
	n := utf8.RuneCountInString(v)
	switch kind {
	case "thing", "const":
		return n <= 20
	case "character_string":
		return 1 <= n && n <= 32 && all(v, func(r rune) bool { return ' ' <= r && r <= '~' })
	case "phrase":
		return n <= 5 && all(v, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	case "number":
		return n <= 32 && number.MatchString(v)
	case "letter":
		return 1 <= n && n <= 32 && all(v, func(r rune) bool { return 'a' <= r|0x20 && r|0x20 <= 'z' })
	case "symbol":
		return n <= 5 && all(v, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	case "time", "date":
		return isTime(v)
	case "amount":
		return amount.MatchString(v)
	case "phone_number":
		return phone.MatchString(v)
	case "car_number":
		return n <= 8
	case "name":
		return n <= 10 || n <= 20 && all(v, func(r rune) bool { return r < utf8.RuneSelf })
	}
	return true
}

func all(s string, fits func(rune) bool) bool {
	for _, r := range s {
		if !fits(r) {
			return false
		}
	}
	return true
}

// isTime takes a moment, a day, an hour of a day, or a span of two of them joined by ~.
func isTime(v string) bool {
	for part := range strings.SplitSeq(v, "~") {
		if !isMoment(strings.TrimSpace(part)) {
			return false
		}
	}
	return true
}

func isMoment(v string) bool {
	for _, layout := range []string{
		"2006-1-2 15:04:05", "2006-1-2 15:04", "2006-1-2", "2006/1/2 15:04:05", "2006/1/2 15:04", "2006/1/2",
		"2006年1月2日 15:04:05", "2006年1月2日 15:04", "2006年1月2日15:04", "2006年1月2日", "2006年1月", "15:04:05", "15:04",
	} {
		if _, err := time.Parse(layout, v); err == nil {
			return true
		}
	}
	return false
}
