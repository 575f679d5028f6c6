package bindings

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"
)

// timeVerbs are the verbs of time.format with the layout of Go's package time.
var timeVerbs = map[byte]string{
	'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'H': "15", 'I': "03", 'M': "04", 'S': "05", 'p': "PM",
	'A': "Monday", 'a': "Mon", 'B': "January", 'b': "Jan", 'j': "002", 'Z': "MST", 'z': "-0700",
	'F': "2006-01-02", 'T': "15:04:05",
}

// maxFormat bounds a format in bytes.
const maxFormat = 1_000

func verbList() string {
	all := []string{"%%", "%w"}
	for v := range timeVerbs {
		all = append(all, "%"+string(rune(v)))
	}
	sort.Strings(all)
	return strings.Join(all, " ")
}

// formatTime writes t by the verbs of timeVerbs; %w is the weekday, 0 for Sunday.
func formatTime(t time.Time, format string) (string, error) {
	if len(format) > maxFormat {
		return "", fmt.Errorf("is longer than %d bytes", maxFormat)
	}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		if i++; i == len(format) {
			return "", errors.New("ends in a single %; write %% for the sign itself")
		}
		switch layout, known := timeVerbs[format[i]]; {
		case known:
			b.WriteString(t.Format(layout))
		case format[i] == '%':
			b.WriteByte('%')
		case format[i] == 'w':
			fmt.Fprint(&b, int(t.Weekday()))
		default:
			return "", fmt.Errorf("has the verb %%%s; the verbs are %s", cutText(format[i:], 4), verbList())
		}
	}
	return b.String(), nil
}
