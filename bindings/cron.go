package bindings

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// maxCron is the longest cron line, in bytes.
const maxCron = 200

// A Schedule says when an every is due: at each of the times that its cron names on the clocks of a zone. A time that
// those skip, as in spring, stands for the next one that there is; one that they show twice is meant the first time.
type Schedule struct {
	cron cron.Schedule // over the times of clocks, written as if they were UTC
	zone *time.Location
	Spec string // of both; another one is another schedule
}

// cronFields are the fields of a cron, and what may stand in them.
var cronFields = []struct{ name, want string }{
	{"minute", "0 to 59"}, {"hour", "0 to 23"}, {"day of the month", "1 to 31"}, {"month", "1 to 12, or jan to dec"}, {"day of the week", "0 to 6 with 0 for Sunday, or sun to sat"},
}

// cronWords are what may stand for five fields.
var cronWords = []string{"@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"}

// ParseCron reads five fields, or a word such as @daily.
func ParseCron(text string, zone *time.Location) (Schedule, error) {
	s := Schedule{zone: zone, Spec: zone.String() + " " + strings.Join(strings.Fields(text), " ")}
	fields := strings.Fields(text)
	switch {
	case len(text) > maxCron:
		return s, fmt.Errorf("has %d bytes; want at most %d", len(text), maxCron)
	case len(fields) == 1 && strings.HasPrefix(text, "@"):
		if !slices.Contains(cronWords, text) {
			return s, fmt.Errorf("is %s; want five fields, or one of %s", quote(text), strings.Join(cronWords, ", "))
		}
	case len(fields) != len(cronFields):
		return s, fmt.Errorf("has %s; want five: minute, hour, day of the month, month, day of the week", plural(len(fields), "field"))
	default:
		if err := checkCronFields(fields); err != nil {
			return s, err
		}
	}
	// The zone is ours to see to: the package skips times that its zone does not have, and takes some twice.
	parsed, err := cron.ParseStandard("TZ=UTC " + strings.Join(fields, " "))
	if err != nil {
		return s, fmt.Errorf("is %s, which is no cron", quote(text))
	}
	s.cron = parsed
	if s.Next(time.Unix(0, 0)).IsZero() {
		return s, fmt.Errorf("is %s, a day that never comes", quote(text))
	}
	return s, nil
}

// checkCronFields names the field that is wrong.
func checkCronFields(fields []string) error {
	for i, f := range fields {
		alone := []string{"*", "*", "*", "*", "*"}
		alone[i] = f
		_, err := cron.ParseStandard(strings.Join(alone, " "))
		if err != nil || strings.ContainsAny(f, "=@") || strings.Trim(f, ",") != f {
			return fmt.Errorf("has %s as the %s; want %s, *, a range such as 1-5, a list such as 1,3, or a step such as */5", quote(f), cronFields[i].name, cronFields[i].want)
		}
	}
	return nil
}

// Next is the first time after t; zero when there is none in the next years.
func (s Schedule) Next(t time.Time) time.Time {
	local := t.In(s.zone)
	for clock := onClock(local); ; {
		if clock = s.cron.Next(clock); clock.IsZero() {
			return time.Time{}
		}
		if at := s.instant(clock); at.After(t) {
			return at
		}
	}
}

// Latest is the last time from since up to and with now; zero when there is none.
func (s Schedule) Latest(since, now time.Time) (last time.Time) {
	for t := s.Next(since.Add(-time.Nanosecond)); !t.IsZero() && !t.After(now); t = s.Next(t) {
		last = t
	}
	return last
}

// onClock is what clocks show at t, written as if it were UTC.
func onClock(t time.Time) time.Time {
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	return time.Date(year, month, day, hour, minute, second, t.Nanosecond(), time.UTC)
}

// instant is when the clocks of the zone show that: the first time where they do so twice, and where they skip it, the
// first moment after the gap.
func (s Schedule) instant(clock time.Time) time.Time {
	year, month, day := clock.Date()
	hour, minute, second := clock.Clock()
	t := time.Date(year, month, day, hour, minute, second, 0, s.zone)
	begin, end := t.ZoneBounds()
	switch shown := onClock(t); {
	case shown.After(clock): // reckoned by the clocks before the gap
		return begin
	case shown.Before(clock):
		return end
	}
	if begin.IsZero() {
		return t
	}
	_, before := begin.Add(-time.Nanosecond).Zone()
	if first := clock.Add(-time.Duration(before) * time.Second); first.Before(begin) {
		return first.In(s.zone)
	}
	return t
}
