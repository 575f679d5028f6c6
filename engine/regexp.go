package engine

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/folder"
)

// RE2 is linear in the subject but not small: what is matched costs program size times bytes.
const (
	maxRegexpWork    = 4 << 20
	maxRegexpRepeat  = 100
	maxRegexpPattern = 4 << 10 // bytes; compiling is not interruptible
	maxRegexpSize    = 10_000  // instructions, about: repeats in one another multiply
	maxRegexpGroups  = 100     // that catch: each thread of a match copies all of them
	maxRegexpFolded  = 2 << 20 // characters that (?i) looks up one by one while it is parsed
	maxRegexpFound   = maxItems
)

// Regexp is an RE2 expression whose cost is known before it is matched. It may be used by many goroutines.
type Regexp struct {
	re   *regexp.Regexp
	size int // instructions, and for each the steps of finding a rune in its ranges
	cost int // of matching one byte: size, and more with many groups
}

// Regexp is CompileRegexp for what is kept: builds with the same pattern share what it compiles to.
func (e *Engine) Regexp(pattern string) (*Regexp, error) {
	if re := e.regexps.get(pattern); re != nil {
		return re, nil
	}
	re, err := CompileRegexp(pattern)
	if err != nil {
		return nil, err
	}
	e.regexps.put(strings.Clone(pattern), re)
	return re, nil
}

// CompileRegexp compiles a pattern of RE2 syntax. Its error tells an author what is wrong: the syntax, a
// counted repeat above 100, more than 100 groups, a pattern above 4 KiB.
func CompileRegexp(pattern string) (*Regexp, error) {
	if len(pattern) > maxRegexpPattern {
		return nil, fmt.Errorf("the pattern has %s; at most %s are allowed", folder.BytesText(int64(len(pattern))), folder.BytesText(maxRegexpPattern))
	}
	if n := foldedRunes(pattern); n > maxRegexpFolded {
		return nil, fmt.Errorf("the sets of the pattern have some %s characters, which is too many with (?i); at most %s are allowed", GroupDigits(int64(n)), GroupDigits(maxRegexpFolded))
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, regexpWords(pattern, err)
	}
	if n := greatestRepeat(tree); n > maxRegexpRepeat {
		return nil, fmt.Errorf("the pattern repeats something %d times; counted repeats go up to %d", n, maxRegexpRepeat)
	}
	if n := regexpSize(tree); n > maxRegexpSize {
		return nil, fmt.Errorf("the pattern is too large: its repeats make some %s steps of it; at most %s are allowed", GroupDigits(int64(n)), GroupDigits(maxRegexpSize))
	}
	groups := tree.MaxCap()
	if groups > maxRegexpGroups {
		return nil, fmt.Errorf("the pattern has %s groups; at most %d are allowed; (?:…) groups without catching", GroupDigits(int64(groups)), maxRegexpGroups)
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, err
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	size := programSize(prog)
	return &Regexp{re: re, size: size, cost: size * (1 + groups/8)}, nil
}

func regexpWords(pattern string, err error) error {
	for _, around := range []string{"(?=", "(?!", "(?<=", "(?<!"} {
		if strings.Contains(pattern, around) {
			return fmt.Errorf("RE2 has no %s…): it cannot look ahead or behind", around)
		}
	}
	var bad *syntax.Error
	if errors.As(err, &bad) && bad.Code != syntax.ErrInvalidUTF8 {
		return fmt.Errorf("%s: `%s`", bad.Code, bad.Expr)
	}
	return errors.New("the pattern is no valid UTF-8")
}

// Size is how much the compiled pattern weighs, in instructions.
func (r *Regexp) Size() int { return r.size }

func (r *Regexp) String() string { return r.re.String() }

// Groups is the number of brackets that catch something.
func (r *Regexp) Groups() int { return r.re.NumSubexp() }

// ErrRegexpWork is what Admit's error wraps.
var ErrRegexpWork = errors.New("too much work for a regular expression")

// Admit refuses a subject of n bytes that would cost too much. Its error says how long one may be.
func (r *Regexp) Admit(n int) error {
	if n > maxRegexpWork/r.cost {
		return fmt.Errorf("%w: this one takes texts of up to %s, and this text has %s", ErrRegexpWork, folder.BytesText(int64(maxRegexpWork/r.cost)), folder.BytesText(int64(n)))
	}
	return nil
}

// charge refuses as Admit does, by raising, and charges the turn for one match. Every native that
// matches calls it first, once for each subject.
func (r *Regexp) charge(t *Turn, L *lua.LState, n int) {
	if err := r.Admit(n); err != nil {
		t.Fail(L, "%s", err.Error())
	}
	t.Steps(L, 1+(n+1)*r.cost/16)
}

// Find returns the places of the first match and of its groups as pairs of offsets (-1 for a group that
// took no part), nil if there is none. With an L it charges the turn and raises; L is nil where no native
// is running, and the error is then Admit's.
func (r *Regexp) Find(t *Turn, L *lua.LState, s string) ([]int, error) {
	if L != nil {
		r.charge(t, L, len(s))
	} else if err := r.Admit(len(s)); err != nil {
		return nil, err
	}
	return r.re.FindStringSubmatchIndex(s), nil
}

// FindAll returns up to most matches as Find does; most < 0: all of them. It charges the turn, and raises. What it
// returned is held by h.
func (r *Regexp) FindAll(h *Held, L *lua.LState, s string, most int) [][]int {
	t := h.t
	r.charge(t, L, len(s))
	bound := maxRegexpFound + 1
	if most >= 0 {
		bound = min(most, bound)
	}
	size := 48 + 16*(r.Groups()+1) // of one match, about
	most = int(t.spare(int64(min(bound, len(s)+1)*size))) / size
	found := r.re.FindAllStringSubmatchIndex(s, min(bound, most+1))
	if len(found) > most {
		t.outOfMemory(L, len(found)*size)
	}
	h.Set(h.Size() + len(found)*size)
	if len(found) > maxRegexpFound {
		t.Fail(L, "more than %s matches; give a limit or a shorter text", GroupDigits(maxRegexpFound))
	}
	t.Steps(L, len(found)*(r.Groups()+1))
	return found
}

// Match reports whether there is a match. It charges the turn, and raises.
func (r *Regexp) Match(t *Turn, L *lua.LState, s string) bool {
	r.charge(t, L, len(s))
	return r.re.MatchString(s)
}

// ChargeExpand charges the turn for one Expand. It raises when the result may be longer than a string may be:
// a template can hold the same group a thousand times.
func (r *Regexp) ChargeExpand(t *Turn, L *lua.LState, template string, match []int) {
	t.Steps(L, 1+len(template)/8)
	groups := strings.Count(template, "$") - 2*strings.Count(template, "$$")
	if most := len(template) + groups*(match[1]-match[0]); int64(most) > t.limits.String {
		t.stopFor(L, "string", int64(most), t.limits.String)
	}
}

// Expand appends template with $1 or ${name} replaced by the groups of a match that Find returned. Where
// scripts choose the template, ChargeExpand comes first.
func (r *Regexp) Expand(dst []byte, template, s string, match []int) []byte {
	return r.re.ExpandString(dst, template, s, match)
}
