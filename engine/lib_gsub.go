package engine

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// stringGsub replaces matches by a template, by what a table has for the first capture, or by what a
// function makes of all captures; false and nil leave the match as it is. It is linear in the subject.
func stringGsub(L *lua.LState) int {
	a := args{L, "gsub"}
	s, pat := a.str(1), a.str(2)
	most := a.optInt(4, len(s)+1)
	replace := a.replacement(3)
	anchored := strings.HasPrefix(pat, "^")
	if anchored {
		pat = pat[1:]
	}
	t := TurnOf(L)
	g := gsub{matcher: matcher{src: s, pat: pat, t: t, L: L}, replace: replace, held: t.Hold()}
	defer g.held.Drop()
	g.out.begin(L, t)
	n := g.run(most, anchored)
	g.settle()
	if n == 0 {
		L.Push(stringValue(s))
	} else {
		L.Push(g.out.value())
	}
	L.Push(intValue(n))
	return 2
}

// replacement takes a string (or a number as one), a table or a function.
func (a args) replacement(n int) lua.LValue {
	switch v := a.L.Get(n).(type) {
	case lua.LString, *lua.LTable, *lua.LFunction:
		return v
	case lua.LNumber:
		return lua.LString(numberText(float64(v)))
	}
	a.bad(n, "string/function/table expected")
	return nil
}

type gsub struct {
	matcher
	replace lua.LValue
	out     text
	held    Held // out, while the script runs
}

// run replaces up to most matches and returns how many.
func (g *gsub) run(most int, anchored bool) (n int) {
	copied, first, last := 0, 0, 0 // src[:copied] is in out
	if !anchored && most > 0 {
		first, last = g.skipper()
	}
	for s := 0; n < most && s <= len(g.src); {
		if last > 0 {
			if s = g.skip(s, first, last); s == len(g.src) {
				break
			}
		}
		g.reset()
		end := g.match(s, 0)
		if end >= 0 {
			n++
			g.out.add(g.src[copied:s])
			g.add(s, end)
			copied = end
		}
		if end > s {
			s = end
		} else {
			s++
		}
		if anchored {
			break
		}
	}
	if n > 0 {
		g.out.add(g.src[copied:])
	}
	return n
}

// add writes what replaces one match.
func (g *gsub) add(begin, end int) {
	var v lua.LValue
	switch r := g.replace.(type) {
	case lua.LString:
		g.addTemplate(string(r), begin, end)
		return
	case *lua.LTable:
		g.held.Set(g.out.paid)
		v = g.L.GetTable(r, g.capture(0, begin, end))
	case *lua.LFunction:
		g.held.Set(g.out.paid)
		g.L.Push(r)
		g.L.Call(g.pushCaptures(begin, end), 1)
		v = g.L.Get(-1)
		g.L.Pop(1)
	}
	switch v := v.(type) {
	case lua.LString:
		g.out.add(string(v))
	case lua.LNumber:
		g.out.add(numberText(float64(v)))
	default:
		if lua.LVAsBool(v) {
			g.fail(fmt.Sprintf("invalid replacement value (a %s)", v.Type()))
		}
		g.out.add(g.src[begin:end])
	}
}

// addTemplate writes a replacement string: %0 to %9 are captures, % before anything else is dropped.
func (g *gsub) addTemplate(r string, begin, end int) {
	g.work(len(r) / 8) // a template of empty captures makes no output to be charged
	for {
		i := strings.IndexByte(r, '%')
		if i < 0 {
			g.out.add(r)
			return
		}
		g.out.add(r[:i])
		c := byte(0) // Lua 5.1 reads the zero byte behind the string
		if i+1 < len(r) {
			c = r[i+1]
		}
		r = r[min(len(r), i+2):]
		switch {
		case c == '0':
			g.out.add(g.src[begin:end])
		case c > '0' && c <= '9':
			g.addCapture(int(c-'1'), begin, end)
		default:
			g.out.addByte(c)
		}
	}
}

func (g *gsub) addCapture(i, begin, end int) {
	if i < g.level && g.captures[i].len >= 0 {
		c := g.captures[i]
		g.out.add(g.src[c.from : c.from+c.len])
		return
	}
	switch v := g.capture(i, begin, end).(type) {
	case lua.LNumber:
		g.out.add(numberText(float64(v)))
	case lua.LString:
		g.out.add(string(v))
	}
}
