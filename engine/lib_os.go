package engine

import (
	"context"
	"fmt"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// osNatives is what is left of Lua 5.1's os library: the clock, in the time zone that Turn.Now carries.
func osNatives() []Native {
	return []Native{
		{Name: "os.clock", Fn: osClock},
		{Name: "os.date", Fn: osDate},
		{Name: "os.difftime", Fn: osDifftime},
		{Name: "os.time", Fn: osTime},
	}
}

// now asks the turn's clock, through the door of all effects: a flow that replays hears the old answer.
// It is cut to the microsecond, so that a journal's float64 holds it.
func now(L *lua.LState, t *Turn, function string) time.Time {
	v, err := t.Effect(L, Effect{Kind: KindClock, Function: function}, func(context.Context) (any, error) {
		return float64(t.Now().UnixMicro()) / 1e6, nil
	})
	x, ok := v.(float64)
	if err != nil || !ok {
		t.Fail(L, "the clock does not answer")
	}
	return unix(x).In(t.Now().Location())
}

// maxSeconds keeps years within five digits.
const maxSeconds = 1 << 41

func unix(seconds float64) time.Time {
	return time.UnixMicro(int64(max(-maxSeconds, min(maxSeconds, seconds)) * 1e6))
}

// osClock returns seconds that only differences of make sense of.
func osClock(L *lua.LState) int {
	L.Push(lua.LNumber(float64(now(L, TurnOf(L), "os.clock").UnixMicro()) / 1e6))
	return 1
}

func osDifftime(L *lua.LState) int {
	a := args{L, "difftime"}
	x := a.num(1)
	if L.Get(2) != lua.LNil {
		x -= a.num(2)
	}
	pushNumber(L, x)
	return 1
}

func osTime(L *lua.LState) int {
	t := TurnOf(L)
	if L.Get(1) == lua.LNil {
		L.Push(lua.LNumber(now(L, t, "os.time").Unix()))
		return 1
	}
	tb := args{L, "time"}.table(1)
	field := func(name string, def int) int {
		x, ok := numeral(L, L.GetField(tb, name))
		if !ok && def < 0 {
			raise(L, fmt.Sprintf("field '%s' missing in date table", name))
		}
		if !ok {
			return def
		}
		return toInt(max(-1e9, min(1e9, x)))
	}
	day, month, year := field("day", -1), field("month", -1), field("year", -1)
	at := time.Date(year, time.Month(month), day, field("hour", 12), field("min", 0), field("sec", 0), 0, t.Now().Location())
	L.Push(lua.LNumber(at.Unix()))
	return 1
}

func osDate(L *lua.LState) int {
	a := args{L, "date"}
	format := a.optStr(1, "%c")
	t := TurnOf(L)
	var at time.Time
	if L.Get(2) == lua.LNil {
		at = now(L, t, "os.date")
	} else {
		at = unix(a.num(2)).In(t.Now().Location())
	}
	if rest, utc := strings.CutPrefix(format, "!"); utc {
		format, at = rest, at.UTC()
	}
	if strings.HasPrefix(format, "*t") {
		L.Push(dateTable(L, at))
		return 1
	}
	var out text
	out.begin(L, t)
	t.Steps(L, 1+len(format)/4)
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			out.addByte(format[i])
			continue
		}
		i++
		out.add(DatePart(at, format[i]))
	}
	L.Push(out.value())
	return 1
}

func dateTable(L *lua.LState, at time.Time) *lua.LTable {
	tb := L.CreateTable(0, 9)
	for _, field := range []struct {
		name string
		n    int
	}{ // in this order for pairs, every time
		{"year", at.Year()},
		{"month", int(at.Month())},
		{"day", at.Day()},
		{"hour", at.Hour()},
		{"min", at.Minute()},
		{"sec", at.Second()},
		{"wday", int(at.Weekday()) + 1},
		{"yday", at.YearDay()},
	} {
		tb.RawSetString(field.name, intValue(field.n))
	}
	tb.RawSetString("isdst", lua.LBool(at.IsDST()))
	return tb
}
