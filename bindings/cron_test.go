package bindings_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	require.NoError(t, err)
	return l
}

func times(s bindings.Schedule, from time.Time, n int) (all []string) {
	for range n {
		from = s.Next(from)
		all = append(all, from.Format("01-02 15:04 -0700"))
	}
	return all
}

func TestNextTimesOfACron(t *testing.T) {
	tests := []struct {
		name, cron, zone, from string
		want                   []string
	}{
		{"weekdays", "0 9 * * 1-5", "Asia/Shanghai", "2026-03-06 08:59", []string{"03-06 09:00 +0800", "03-09 09:00 +0800"}},
		{"a word", "@daily", "Asia/Shanghai", "2026-03-06 08:59", []string{"03-07 00:00 +0800"}},
		{"names", "30 8 * jan sun", "UTC", "2026-01-01 00:00", []string{"01-04 08:30 +0000"}},
		{"a time is not its own next", "0 9 * * *", "UTC", "2026-03-06 09:00", []string{"03-07 09:00 +0000"}},
		{"skipped in spring", "30 2 * * *", "Europe/Berlin", "2026-03-28 12:00", []string{"03-29 03:00 +0200", "03-30 02:30 +0200"}},
		{"all that is skipped is once", "*/20 2 * * *", "Europe/Berlin", "2026-03-28 12:00", []string{"03-29 03:00 +0200", "03-30 02:00 +0200"}},
		{"and with what is there", "0 * * * *", "Europe/Berlin", "2026-03-29 01:00", []string{"03-29 03:00 +0200", "03-29 04:00 +0200"}},
		{"twice in autumn", "30 2 * * *", "Europe/Berlin", "2026-10-24 12:00", []string{"10-25 02:30 +0200", "10-26 02:30 +0100"}},
		{"hours in autumn", "0 * * * *", "Europe/Berlin", "2026-10-25 01:00", []string{"10-25 02:00 +0200", "10-25 03:00 +0100"}},
		{"half an hour", "45 1 * * *", "Australia/Lord_Howe", "2026-04-04 12:00", []string{"04-05 01:45 +1100", "04-06 01:45 +1030"}},
		{"at midnight", "0 0 * * *", "America/Santiago", "2026-09-05 12:00", []string{"09-06 01:00 -0300", "09-07 00:00 -0300"}},
		{"a day that is skipped", "0 12 30 12 *", "Pacific/Apia", "2011-12-01 00:00", []string{"12-31 00:00 +1400", "12-30 12:00 +1400"}},
		{"in summers that end", "0 9 29 2 *", "UTC", "2026-01-01 00:00", []string{"02-29 09:00 +0000"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := zone(t, tt.zone)
			from, err := time.ParseInLocation("2006-01-02 15:04", tt.from, l)
			require.NoError(t, err)
			s, err := bindings.ParseCron(tt.cron, l)
			require.NoError(t, err)
			require.Equal(t, tt.want, times(s, from, len(tt.want)))
		})
	}
}

// Every minute that clocks show is due once, whatever they do, and no other is.
func TestEveryMinuteOnceOverAYear(t *testing.T) {
	for _, name := range []string{"Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "America/Santiago"} {
		t.Run(name, func(t *testing.T) {
			l := zone(t, name)
			s, err := bindings.ParseCron("* * * * *", l)
			require.NoError(t, err)
			shown := map[string]bool{}
			next := s.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, l).Add(-time.Second))
			for at := time.Date(2026, 1, 1, 0, 0, 0, 0, l); at.Year() < 2027; at = at.Add(time.Minute) {
				clock := at.Format("01-02 15:04")
				if shown[clock] {
					continue
				}
				shown[clock] = true
				if !next.Equal(at) {
					require.Equal(t, at, next)
				}
				next = s.Next(next)
			}
		})
	}
}

func TestLatestTimeOfACron(t *testing.T) {
	s, err := bindings.ParseCron("*/10 * * * *", time.UTC)
	require.NoError(t, err)
	at := func(minute int) time.Time { return time.Date(2026, 1, 1, 9, minute, 0, 0, time.UTC) }
	tests := []struct {
		name       string
		since, now int
		want       time.Time
	}{
		{"of several the last", 1, 35, at(30)},
		{"both ends count", 30, 30, at(30)},
		{"none", 31, 39, time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.True(t, tt.want.Equal(s.Latest(at(tt.since), at(tt.now))))
		})
	}
}

func TestCronsThatAreNone(t *testing.T) {
	tests := []struct{ name, cron, want string }{
		{"empty", "", "has 0 fields; want five"},
		{"four fields", "0 9 * *", "has 4 fields; want five: minute, hour, day of the month, month, day of the week"},
		{"seconds", "0 0 9 * * *", "has 6 fields; want five"},
		{"minute", "60 9 * * *", `has "60" as the minute; want 0 to 59`},
		{"hour", "0 24 * * *", `has "24" as the hour; want 0 to 23`},
		{"day", "0 9 0 * *", `has "0" as the day of the month; want 1 to 31`},
		{"month", "0 9 * foo *", `has "foo" as the month; want 1 to 12, or jan to dec`},
		{"day of the week", "0 9 * * 8", `has "8" as the day of the week; want 0 to 6`},
		{"step of nothing", "*/0 9 * * *", `has "*/0" as the minute`},
		{"a list with a gap", "1,,2 9 * * *", ""},
		{"a list that ends", "1, 9 * * *", `has "1," as the minute`},
		{"only a comma", ", 9 * * *", `has "," as the minute`},
		{"never", "0 9 30 2 *", `is "0 9 30 2 *", a day that never comes`},
		{"a zone", "TZ=UTC", "has 1 field; want five"},
		{"a zone before it", "TZ=UTC 0 9 * * *", "has 6 fields"},
		{"a zone in it", "TZ=UTC 0 9 * *", `has "TZ=UTC" as the minute`},
		{"an interval", "@every 5m", "has 2 fields"},
		{"a word", "@noon", `is "@noon"; want five fields, or one of @hourly`},
		{"long", fmt.Sprintf("%0201d * * * *", 1), "has 209 bytes; want at most 200"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := bindings.ParseCron(tt.cron, time.UTC)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func FuzzParseCron(f *testing.F) {
	for _, s := range []string{"0 9 * * 1-5", "@daily", "*/5 1,2 1-31/2 jan ?", "TZ=", "@", "CRON_TZ= * * * * *"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := bindings.ParseCron(text, time.UTC)
		if err != nil {
			return
		}
		now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		if next := s.Next(now); !next.IsZero() {
			require.True(t, next.After(now))
			require.True(t, next.Equal(next.Truncate(time.Minute)))
		}
	})
}
