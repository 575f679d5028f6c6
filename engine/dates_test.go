package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

// TestVerbsOfDates at the ends of years, where weeks and years begin on different days: as strftime of C has them.
func TestVerbsOfDates(t *testing.T) {
	const verbs = "C g G V k l u w U W j y Y m d H I M S p a A b B"
	for _, tt := range []struct {
		unix int64
		want string
	}{
		{0, "19|70|1970|01| 0|12|4|4|00|00|001|70|1970|01|01|00|12|00|00|AM|Thu|Thursday|Jan|January"},
		{1104537600, "20|04|2004|53| 0|12|6|6|00|00|001|05|2005|01|01|00|12|00|00|AM|Sat|Saturday|Jan|January"},
		{1230767999, "20|09|2009|01|23|11|3|3|52|52|366|08|2008|12|31|23|11|59|59|PM|Wed|Wednesday|Dec|December"},
		{1451606399, "20|15|2015|53|23|11|4|4|52|52|365|15|2015|12|31|23|11|59|59|PM|Thu|Thursday|Dec|December"},
		{1451606400, "20|15|2015|53| 0|12|5|5|00|00|001|16|2016|01|01|00|12|00|00|AM|Fri|Friday|Jan|January"},
		{1483228800, "20|16|2016|52| 0|12|7|0|01|00|001|17|2017|01|01|00|12|00|00|AM|Sun|Sunday|Jan|January"},
		{1609459199, "20|20|2020|53|23|11|4|4|52|52|366|20|2020|12|31|23|11|59|59|PM|Thu|Thursday|Dec|December"},
		{951782400, "20|00|2000|09| 0|12|2|2|09|09|060|00|2000|02|29|00|12|00|00|AM|Tue|Tuesday|Feb|February"},
		{1760000000, "20|25|2025|41| 8| 8|4|4|40|40|282|25|2025|10|09|08|08|53|20|AM|Thu|Thursday|Oct|October"},
		{1704067200, "20|24|2024|01| 0|12|1|1|00|01|001|24|2024|01|01|00|12|00|00|AM|Mon|Monday|Jan|January"},
		{1767268800, "20|26|2026|01|12|12|4|4|00|00|001|26|2026|01|01|12|12|00|00|PM|Thu|Thursday|Jan|January"},
	} {
		var got []string
		for verb := range strings.FieldsSeq(verbs) {
			got = append(got, engine.DatePart(time.Unix(tt.unix, 0).UTC(), verb[0]))
		}
		require.Equal(t, tt.want, strings.Join(got, "|"), tt.unix)
	}
	require.Equal(t, "\n\t%%q", engine.DatePart(time.Unix(0, 0), 'n')+engine.DatePart(time.Unix(0, 0), 't')+engine.DatePart(time.Unix(0, 0), '%')+engine.DatePart(time.Unix(0, 0), 'q'))
}
