package sim

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
)

// tapLink is a link in a text that makes the fan say something: `<a href="weixin://bizmsgmenu?…">label</a>`.
type tapLink struct{ label, said, id string }

var (
	tapTag   = regexp.MustCompile(`(?is)<a\s[^<>]*?href\s*=\s*["']weixin://bizmsgmenu\?([^"'<>]*)["'][^<>]*>(.*?)</a>`)
	tapField = regexp.MustCompile(`(?:^|&)(msgmenucontent|msgmenuid)=([^&]*)`)
)

// tapLinks are the links of a text, in order.
func tapLinks(text string) (found []tapLink) {
	for _, m := range tapTag.FindAllStringSubmatch(text, -1) {
		found = append(found, readTap(m))
	}
	return found
}

// readTap reads a match of tapTag. What cannot be decoded is said as it stands.
func readTap(m []string) tapLink {
	l := tapLink{label: m[2]}
	for _, f := range tapField.FindAllStringSubmatch(m[1], -1) {
		value, err := url.PathUnescape(f[2])
		if err != nil {
			value = f[2]
		}
		if f[1] == "msgmenuid" {
			l.id = value
		} else {
			l.said = value
		}
	}
	return l
}

// withTaps is a text as the phone shows it, its links in brackets: [label].
func withTaps(text string) string {
	return tapTag.ReplaceAllString(text, "[$2]")
}

// tapped is what a tap on something does that is called so: the newest link or choice in the fan's chat, or else a
// button of the menu.
func (a *account) tapped(f *fan, name string) (Act, error) {
	for _, e := range slices.Backward(f.Chat.Entries) {
		if e.Shown == nil || e.ErrCode != 0 {
			continue
		}
		for _, l := range e.Shown.taps() {
			if l.label == name {
				return MenuText(l.id, l.said), nil
			}
		}
	}
	act, err := a.pressed(f, name)
	if err != nil {
		return act, fmt.Errorf("%w, and no message in the chat has a link %q", err, name)
	}
	return act, nil
}

// taps are the links and choices of a message.
func (s *Shown) taps() []tapLink {
	switch s.Type {
	case "text":
		return tapLinks(s.Text)
	case "msgmenu":
		links := slices.Concat(tapLinks(s.Text), tapLinks(s.Tail))
		for _, line := range s.Lines {
			links = append(links, tapLink{label: line.Text, said: line.Text, id: line.Key})
		}
		return links
	}
	return nil
}
