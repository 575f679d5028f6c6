package bindings

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// readNumber reads a number as people write it: in either width, with commas between thousands.
func readNumber(text string) (float64, bool) {
	text = fold(text)
	if !plainNumber.MatchString(text) {
		return 0, false
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
	return n, err == nil && !math.IsInf(n, 0)
}

var plainNumber = regexp.MustCompile(`^[+-]?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{1,15})?$`)

// readDate reads a day, and gives it as YYYY-MM-DD.
func readDate(text string) (any, bool) {
	m := writtenDate.FindStringSubmatch(fold(text))
	if m == nil {
		return nil, false
	}
	day, err := time.Parse("2006-1-2", m[1]+"-"+m[2]+"-"+m[3])
	if err != nil {
		return nil, false
	}
	return day.Format("2006-01-02"), true
}

var writtenDate = regexp.MustCompile(`^(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*[日号]?$`)

// readPhone reads a telephone number and gives its digits; +86 before a mobile number is left out.
func readPhone(text string) (any, bool) {
	text = fold(text)
	if !writtenPhone.MatchString(text) {
		return nil, false
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
	for _, country := range []string{"0086", "86"} {
		if rest, ok := strings.CutPrefix(digits, country); ok && len(rest) == 11 && rest[0] == '1' {
			digits = rest
		}
	}
	return digits, len(digits) >= 5 && len(digits) <= 15
}

var writtenPhone = regexp.MustCompile(`^\+?[\d\s()-]+$`)

// What says yes and no.
var (
	yesWords = []string{"是", "是的", "好", "好的", "对", "对的", "要", "可以", "行", "嗯", "确定", "确认", "没问题", "y", "yes", "ok", "okay"}
	noWords  = []string{"否", "不", "不是", "不要", "不用", "不行", "不好", "不对", "不可以", "没有", "算了", "n", "no"}
)

func readYesNo(text string) (any, bool) {
	text = strings.TrimRight(fold(text), "。！？.!?~ ")
	switch {
	case slices.Contains(yesWords, text):
		return true, true
	case slices.Contains(noWords, text):
		return false, true
	}
	return nil, false
}

// maxMisses is how many messages in a row may not fit before a conversation ends.
const maxMisses = 3

// quietly shows a text in an author's note, cut short.
func quietly(text string) string {
	if r := []rune(text); len(r) > 30 {
		text = string(r[:30]) + "…"
	}
	return fmt.Sprintf("「%s」", text)
}
