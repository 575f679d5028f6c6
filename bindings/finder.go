package bindings

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxPart is how long a text may be that is looked for in another, in bytes.
const maxPart = 64 << 10

// part is a text to look for, of argument n.
func (a arguments) part(n int, s string) string {
	if len(s) > maxPart {
		a.failArg(n, "is "+plural(len(s), "byte")+" long", "at most 65536")
	}
	return s
}

// finder finds a part in a text, in time linear in both (Knuth, Morris, Pratt), where it begins and ends with
// characters: a child is not found in an emoji family.
type finder struct {
	begin, end int // of what was found last

	c       call
	s, part string
	back    []int32 // for each length of a beginning of part: the longest shorter one that ends it
	at      int     // bytes of s that were read
	fits    int     // bytes of part that fit the last of them
	first   *characters
	last    *characters
}

// finder looks for a part that is not empty, from a place on at which a character begins.
func (c call) finder(s, part string, from int) *finder {
	c.turn.Steps(c.L, 1+len(part)/4)
	held := c.turn.Hold()
	defer held.Drop()
	held.Set(4 * len(part))
	f := &finder{c: c, s: s, part: part, at: from, back: make([]int32, len(part)+1), first: c.characters(s), last: c.characters(s)}
	f.first.at, f.last.at = from, from
	for i, k := 1, int32(0); i < len(part); i++ {
		for k > 0 && part[i] != part[k] {
			k = f.back[k]
		}
		if part[i] == part[k] {
			k++
		}
		f.back[i+1] = k
	}
	return f
}

// next goes on to the next place where the part stands; it may begin before the last one ended.
func (f *finder) next() bool {
	for f.at < len(f.s) {
		b := f.s[f.at]
		for f.fits > 0 && f.part[f.fits] != b {
			f.fits = int(f.back[f.fits])
		}
		if f.part[f.fits] == b {
			f.fits++
		}
		if f.at++; f.at%1024 == 0 {
			f.c.turn.Steps(f.c.L, 128)
		}
		if f.fits < len(f.part) {
			continue
		}
		f.fits = int(f.back[f.fits])
		f.begin, f.end = f.at-len(f.part), f.at
		f.first.reach(f.begin)
		f.last.reach(f.end)
		if f.first.at == f.begin && f.last.at == f.end {
			return true
		}
	}
	f.c.turn.Steps(f.c.L, 1+f.at%1024/8)
	return false
}

// maxSeparators is how many separators text.split takes.
const maxSeparators = 16

// separators are those in argument 2.
func (c call) separators() []string {
	tb := c.table(2)
	if tb == nil {
		return []string{c.part(2, c.text(2))}
	}
	all := c.list(2, tb, "a separator: 1 to 65536 bytes", func(s string) bool { return s != "" && len(s) <= maxPart })
	if n := len(all); n == 0 || n > maxSeparators {
		c.failArg(2, "has "+plural(n, "separator"), "1 to 16 of them")
	}
	return all
}

func textSplit(c call) int {
	s, atBlanks, each := c.text(1), !c.has(2), c.arg(2) == lua.LString("")
	var separators []string
	if !atBlanks && !each {
		separators = c.separators()
	}
	switch p := c.parts(); {
	case atBlanks:
		c.splitAtBlanks(s, p)
	case each:
		x := c.characters(s)
		for from := 0; x.next(); from = x.at {
			p.add(s[from:x.at])
		}
	default:
		c.splitAt(s, separators, p)
	}
	return 1
}

// splitAtBlanks makes parts of what stands between blanks.
func (c call) splitAtBlanks(s string, p *parted) {
	c.turn.Steps(c.L, 1+len(s)/16)
	from := -1
	for i, r := range s {
		switch {
		case !blank(r) && from < 0:
			from = i
		case blank(r) && from >= 0:
			p.add(s[from:i])
			from = -1
		}
	}
	if from >= 0 {
		p.add(s[from:])
	}
}

// splitAt makes parts of what stands between separators: of two that begin at one place the longer one counts.
func (c call) splitAt(s string, separators []string, p *parted) {
	var finders []*finder
	for _, one := range separators {
		if f := c.finder(s, one, 0); f.next() {
			finders = append(finders, f)
		}
	}
	from := 0
	for len(finders) > 0 {
		nearest := finders[0]
		for _, f := range finders[1:] {
			if f.begin < nearest.begin || f.begin == nearest.begin && f.end > nearest.end {
				nearest = f
			}
		}
		p.add(s[from:nearest.begin])
		from = nearest.end
		still := finders[:0]
		for _, f := range finders {
			if f.behind(from) {
				still = append(still, f)
			}
		}
		finders = still
	}
	p.add(s[from:])
}

// behind goes on to the first find that begins at a place or behind it.
func (f *finder) behind(place int) bool {
	for f.begin < place {
		if !f.next() {
			return false
		}
	}
	return true
}

// parted is a list of parts under way; it stands on the stack, where the weighing finds it.
type parted struct {
	c    call
	list *lua.LTable
	n    int
}

func (c call) parts() *parted {
	list := c.L.CreateTable(0, 0)
	markList(list)
	c.L.Push(list)
	return &parted{c: c, list: list}
}

func (p *parted) add(s string) {
	if p.n++; p.n >= lua.MaxArrayIndex {
		p.c.fail("more than %d parts; that is all that a list holds", lua.MaxArrayIndex-1)
	}
	p.c.turn.Steps(p.c.L, 2)
	p.c.turn.Bytes(p.c.L, len(s))
	p.list.Append(lua.LString(strings.Clone(s)))
}
