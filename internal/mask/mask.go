package mask

import (
	"cmp"
	"slices"
	"strings"
)

// MinSecret is how long a secret must be, in bytes, so that it can be told from other text. Shorter ones are left in.
const MinSecret = 8

// Redacted stands where a secret stood.
const Redacted = "[redacted]"

// Mask knows some secrets in all the forms in which they may be written.
type Mask struct {
	forms  []string // folded; the longest first
	begins pairs    // of the forms
}

// New makes a mask of secrets; nil when none of them is long enough to be told from other text.
func New(secrets ...string) *Mask {
	var all []string
	for _, s := range secrets {
		if len(s) >= MinSecret {
			all = append(all, formsOf(s)...)
		}
	}
	return of(all)
}

// Join is a mask of all secrets that the masks know.
func Join(masks ...*Mask) *Mask {
	var all []string
	for _, m := range masks {
		if m != nil {
			all = append(all, m.forms...)
		}
	}
	return of(all)
}

func of(forms []string) *Mask {
	if len(forms) == 0 {
		return nil
	}
	slices.SortFunc(forms, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	m := &Mask{forms: slices.Compact(forms)}
	for _, form := range m.forms {
		m.begins.add(form[0], form[1])
	}
	return m
}

// Text is a text without the secrets.
func (m *Mask) Text(s string) string {
	if m == nil || len(s) < MinSecret {
		return s
	}
	return without(s, m.find(layersOf(s)))
}

// Bytes is Text for bytes; they are given back as they are when nothing in them is secret.
func (m *Mask) Bytes(b []byte) []byte {
	if m == nil {
		return b
	}
	s := string(b)
	if clean := m.Text(s); clean != s {
		return []byte(clean)
	}
	return b
}

// Holds reports whether a text holds one of the secrets.
func (m *Mask) Holds(s string) bool { return m.Text(s) != s }

// span is a part of a text, from its first byte to before its end.
type span struct{ from, to int }

// find says where secrets stand, in order and apart from each other.
func (m *Mask) find(layers []layer) (all []span) {
	for i := range layers {
		all = m.findIn(&layers[i], all)
	}
	slices.SortFunc(all, func(a, b span) int { return a.from - b.from })
	apart := all[:0]
	for _, s := range all {
		if n := len(apart); n > 0 && s.from < apart[n-1].to {
			apart[n-1].to = max(apart[n-1].to, s.to)
			continue
		}
		apart = append(apart, s)
	}
	return apart
}

func (m *Mask) findIn(l *layer, all []span) []span {
	for i := 0; i+MinSecret <= len(l.folded); i++ {
		if !m.begins.has(l.folded[i], l.folded[i+1]) {
			continue
		}
		rest := l.folded[i:]
		for _, form := range m.forms {
			if strings.HasPrefix(rest, form) {
				all = append(all, l.span(i, i+len(form)))
				break // the longest
			}
		}
	}
	return all
}

func without(s string, secrets []span) string {
	if len(secrets) == 0 {
		return s
	}
	var b strings.Builder
	from := 0
	for _, secret := range secrets {
		b.WriteString(s[from:secret.from])
		b.WriteString(Redacted)
		from = secret.to
	}
	b.WriteString(s[from:])
	return b.String()
}

// pairs is a set of pairs of bytes that may hold some too many.
type pairs [32]uint64

func (p *pairs) add(a, b byte) {
	at := pairAt(a, b)
	p[at/64] |= 1 << (at % 64)
}

func (p *pairs) has(a, b byte) bool {
	at := pairAt(a, b)
	return p[at/64]&(1<<(at%64)) != 0
}

func pairAt(a, b byte) uint { return (uint(a)*37 + uint(b)) % 2048 }
