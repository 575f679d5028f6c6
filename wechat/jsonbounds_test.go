package wechat_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

// TestJSONBounds counts depth and values on the bytes, and names the byte where there is too much.
func TestJSONBounds(t *testing.T) {
	for _, tc := range []struct {
		name   string
		bounds wechat.JSONBounds
		text   string
		at     int
		want   string
	}{
		{"as deep as allowed", wechat.JSONBounds{Depth: 2}, `{"a":[1]}`, 0, ""},
		{"one deeper", wechat.JSONBounds{Depth: 2}, `{"a":[[1]]}`, 6, "is nested deeper than 2 levels"},
		{"beside each other", wechat.JSONBounds{Depth: 2}, `[[1],[2],{"a":3},[4]]`, 0, ""},
		{"brackets in a text", wechat.JSONBounds{Depth: 1}, `["[[{{", "\"[["]`, 0, ""},
		{"a text that ends in a backslash", wechat.JSONBounds{Depth: 1}, `["\\",[1]]`, 6, "is nested deeper than 1 levels"},
		{"any number of values", wechat.JSONBounds{Depth: 1}, "[" + strings.Repeat("1,", 9999) + "1]", 0, ""},
		{"as many as allowed", wechat.JSONBounds{Depth: 1, Values: 3}, `[1,2,3]`, 0, ""},
		{"one more", wechat.JSONBounds{Depth: 1, Values: 3}, `[1,2,3,4]`, 6, "has more than 3 values"},
		{"fields of objects", wechat.JSONBounds{Depth: 9, Values: 3}, `{"a":{"b":1},"c":{"d":2}}`, 17, "has more than 3 values"},
		{"commas in a text", wechat.JSONBounds{Depth: 1, Values: 1}, `[",,,"]`, 0, ""},
		{"nothing", wechat.JSONBounds{}, ``, 0, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			at, why := tc.bounds.Check([]byte(tc.text))
			require.Equal(t, tc.want, why)
			require.Equal(t, tc.at, at)
		})
	}
}
