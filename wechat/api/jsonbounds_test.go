package api_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

func TestJSONBounds(t *testing.T) {
	b := wechat.JSONBounds{Depth: 3, Values: 10}
	for _, tt := range []struct {
		name, text string
		at         int
		want       string
	}{
		{"plain", `{"a":[1,2,{"b":3}]}`, 0, ""},
		{"brackets in texts", `["[[[[[[", "{{{{\"{{", "]]]]"]`, 0, ""},
		{"as deep as may be", `[[[]],[[]]]`, 0, ""},
		{"deeper", `[[[[]]]]`, 3, "is nested deeper than 3 levels"},
		{"never closed", `[{"a":[[`, 7, "is nested deeper than 3 levels"},
		{"as many as may be", `[` + strings.Repeat("1,", 9) + `1]`, 0, ""},
		{"more", `[` + strings.Repeat("1,", 10) + `1]`, 20, "has more than 10 values"},
		{"empty lists", `[` + strings.Repeat("[],", 10) + `1]`, 15, "has more than 10 values"},
		{"no JSON", `]]]]"`, 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			at, why := b.Check([]byte(tt.text))
			require.Equal(t, tt.want, why)
			require.Equal(t, tt.at, at)
		})
	}
}

func TestAnswersAreBoundBeforeTheyAreParsed(t *testing.T) {
	for _, tt := range []struct{ name, answer, want string }{
		{"deep", `{"list":` + strings.Repeat("[", 5_000) + strings.Repeat("]", 5_000) + "}", "the answer is nested deeper than 64 levels"},
		{"of many small maps", `{"list":[` + strings.Repeat(`{"a":0},`, 200_000) + `{}]}`, "the answer has more than 200000 values"},
		{"a long list of openids", `{"list":[` + strings.Repeat(`"oXbY0amy0000000000000000009f",`, 10_000) + `""]}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var v struct {
				List []string `json:"list"`
			}
			err := api.Answer{Body: []byte(tt.answer)}.Decode(&v)
			if tt.want == "" {
				require.NoError(t, err)
				require.Len(t, v.List, 10_001)
				return
			}
			require.EqualError(t, err, tt.want)
		})
	}
}
