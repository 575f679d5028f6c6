package bindings

import (
	"strconv"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// maxDuration is the longest span a script may name: ten years.
const maxDuration = 10 * 366 * 24 * time.Hour

// parseDuration reads "10m", "1h30m", "2d": numbers with the units ms, s, m, h, d, w.
func parseDuration(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	total := time.Duration(0)
	if s == "" {
		return 0, false
	}
	for s != "" {
		digits := len(s) - len(strings.TrimLeft(s, "0123456789."))
		n, err := strconv.ParseFloat(s[:digits], 64)
		if err != nil {
			return 0, false
		}
		s = s[digits:]
		letters := len(s) - len(strings.TrimLeft(s, "abcdefghijklmnopqrstuvwxyz"))
		unit := unitOf(s[:letters])
		if unit == 0 || n*float64(unit) > float64(maxDuration) {
			return 0, false
		}
		total += time.Duration(n * float64(unit))
		s = s[letters:]
	}
	return total, total <= maxDuration
}

// unitOf is 0 for what is no unit of time.
func unitOf(s string) time.Duration {
	switch s {
	case "ms":
		return time.Millisecond
	case "s":
		return time.Second
	case "m":
		return time.Minute
	case "h":
		return time.Hour
	case "d":
		return 24 * time.Hour
	case "w":
		return 7 * 24 * time.Hour
	}
	return 0
}

// durationOf reads a duration argument: a number counts seconds.
func durationOf(v lua.LValue) (time.Duration, bool) {
	switch v := v.(type) {
	case lua.LString:
		return parseDuration(string(v))
	case lua.LNumber:
		if isFinite(v) && v >= 0 && float64(v)*float64(time.Second) <= float64(maxDuration) {
			return time.Duration(float64(v) * float64(time.Second)), true
		}
	}
	return 0, false
}
