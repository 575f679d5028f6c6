package engine_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

func TestNearest(t *testing.T) {
	long := strings.Repeat("x", 64)
	for _, c := range []struct {
		name, given string
		candidates  []string
		want        string
	}{
		{"one slip in four letters", "tect", []string{"text"}, "text"},
		{"two slips in four letters", "tecc", []string{"text"}, ""},
		{"two letters left out of four", "abcd", []string{"ab", "abcdef"}, ""},
		{"two slips in five letters", "imcge", []string{"image"}, "image"},
		{"two slips more in five letters", "imagine", []string{"image"}, "image"},
		{"three slips", "imcg", []string{"image"}, ""},
		{"three slips in seven letters", "abcdxyz", []string{"abcdefg"}, ""},
		{"neighbours changed places", "txet", []string{"text"}, "text"},
		{"neighbours changed places twice", "mesasgee", []string{"message"}, "message"},
		{"another case", "TEXT", []string{"text"}, "text"},
		{"itself", "text", []string{"text"}, ""},
		{"the nearer one", "imagee", []string{"imagine", "image"}, "image"},
		{"the first of two alike", "texp", []string{"text", "texd"}, "text"},
		{"nothing to choose from", "text", nil, ""},
		{"as long as names are compared", long, []string{long + "y"}, long + "y"},
		{"longer", long + "x", []string{long + "y"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, engine.Nearest(c.given, c.candidates)) })
	}
}
