package chat_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/chat"
	"moonwire/wechat/sim"
)

// TestParse makes acts of words; a text and the label of a place may be several.
func TestParse(t *testing.T) {
	for _, tc := range []struct {
		name, kind string
		args       []string
		want       sim.Act
	}{
		{"one word", "text", []string{"hello"}, sim.Text("hello")},
		{"several words", "text", []string{"hello", "my", "world"}, sim.Text("hello my world")},
		{"a place", "location", []string{"30.25", "120.15"}, sim.Location(30.25, 120.15, "")},
		{"a place with a word", "location", []string{"30.25", "120.15", "West"}, sim.Location(30.25, 120.15, "West")},
		{"a place with several", "location", []string{"30.25", "120.15", "West", "Lake", "3"}, sim.Location(30.25, 120.15, "West Lake 3")},
		{"a link of several words", "tap", []string{"Iced", "tea"}, sim.Tap("Iced tea")},
		{"a key", "click", []string{"TODAY"}, sim.Click("TODAY")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			args := append([]string{}, tc.args...)
			got, err := chat.Parse(tc.kind, args)
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
			require.Equal(t, tc.args, args, "the caller's words stay")
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tc := range []struct {
		name, kind string
		args       []string
		want       string
	}{
		{"no text", "text", nil, "text wants: text CONTENT"},
		{"two keys", "click", []string{"A", "B"}, "click wants: click KEY"},
		{"no number", "location", []string{"here", "there"}, `location: want latitude (-90 to 90) and longitude (-180 to 180), got "here" "there"`},
		{"no act", "dance", nil, `"dance" is nothing a fan does; want one of: text CONTENT`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := chat.Parse(tc.kind, tc.args)
			require.ErrorContains(t, err, tc.want)
		})
	}
}
