package mask

import (
	"regexp"
	"strings"
)

// Stream masks a text that comes in pieces. What may be the beginning of a secret is held back until it is known.
type Stream struct {
	mask *Mask
	held string
}

// Stream masks a text that comes in pieces.
func (m *Mask) Stream() *Stream { return &Stream{mask: m} }

// Feed is what may be shown now that the next piece has come.
func (s *Stream) Feed(piece string) string {
	if s.mask == nil {
		return piece
	}
	text := s.held + piece
	layers := layersOf(text)
	secrets := s.mask.find(layers)
	end := len(text)
	for i := range layers {
		end = min(end, s.mask.openFrom(&layers[i]))
	}
	shown := secrets
	for i, secret := range secrets {
		if secret.to > end { // it may be the beginning of more
			end, shown = min(end, secret.from), secrets[:i]
			break
		}
	}
	s.held = text[end:]
	return without(text[:end], shown)
}

// End is what was held back, once nothing more comes.
func (s *Stream) End() string {
	held := s.held
	s.held = ""
	return s.mask.Text(held)
}

// unfinished is an escape whose end has not come.
var unfinished = regexp.MustCompile(`(?:\\(?:[uU]\{?[0-9a-fA-F]*|x[0-9a-fA-F]?)?|%(?:[uU][0-9a-fA-F]*|[0-9a-fA-F])?|&#?[0-9a-zA-Z]*)$`)

// openFrom is where in the text as it is something stands at the end of a layer that may be the beginning of a secret.
func (m *Mask) openFrom(l *layer) int {
	end := len(l.text)
	tail := max(0, end-longestEntity)
	if at := unfinished.FindStringIndex(l.text[tail:]); at != nil {
		end = tail + at[0]
	}
	return l.origin(min(m.partly(l.folded), m.partly(l.folded[:end])))
}

// partly is where in a text its last part begins that is the beginning of a form but not all of it; its end if there is none.
func (m *Mask) partly(folded string) int {
	longest := 0
	for _, form := range m.forms {
		for n := min(len(form)-1, len(folded)); n > longest; n-- {
			if strings.HasSuffix(folded, form[:n]) {
				longest = n
				break
			}
		}
	}
	return len(folded) - longest
}
