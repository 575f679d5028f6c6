package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFormatsOfFloats: what C's printf makes of the verbs, marks and widths that are seldom seen together.
func TestFormatsOfFloats(t *testing.T) {
	l := newLab(t)
	for _, tt := range []struct{ format, value, want string }{
		{"%#.1g", "1e10", "1.e+10"},
		{"%#.2g", "1e10", "1.0e+10"},
		{"%#.3g", "1e10", "1.00e+10"},
		{"%#.1g", "3", "3."},
		{"%#.2g", "3", "3.0"},
		{"%#.3g", "123", "123."},
		{"%#g", "0.5", "0.500000"},
		{"%#.0f", "3", "3."},
		{"%#.1f", "3", "3.0"},
		{"%#.0e", "3", "3.e+00"},
		{"%#.1e", "3", "3.0e+00"},
		{"%.0e", "3", "3e+00"},
		{"%.0f", "2.5", "2"},
		{"%.0g", "123", "1e+02"},
		{"%g", "100000", "100000"},
		{"%g", "1000000", "1e+06"},
		{"%g", "0.0001", "0.0001"},
		{"%g", "0.00001", "1e-05"},
		{"%G", "1e-10", "1E-10"},
		{"%E", "1", "1.000000E+00"},
		{"%08.2f", "-3.14159", "-0003.14"},
		{"%-8.2f|", "3.14159", "3.14    |"},
		{"%+.2f", "3.14159", "+3.14"},
		{"% .2f", "3.14159", " 3.14"},
		{"%010f", "1/0", "       inf"},
		{"%010f", "-1/0", "      -inf"},
		{"%-6g|", "1/0", "inf   |"},
		{"%+g", "1/0", "+inf"},
		{"%05g", "0/0", "  nan"},
		{"%E", "1/0", "INF"},
		{"%G", "0/0", "NAN"},
		{"%.3g", "-0.0", "-0"},
		{"%5.1f", "9.96", " 10.0"},
		{"%.14g", "0.1", "0.1"},
		{"%.20f", "0.5", "0.50000000000000000000"},
	} {
		t.Run(tt.format+" "+tt.value, func(t *testing.T) {
			require.Equal(t, `"`+tt.want+`"`, l.eval(t, `string.format("`+tt.format+`", `+tt.value+`)`))
		})
	}
}
