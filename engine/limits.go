package engine

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"moonwire/folder"
)

// Limits bound one turn, and what a build is made of. A zero field means its default. The names in
// account.yaml are those of the table below.
type Limits struct {
	Instructions   int64         // of the VM, per turn; library functions charge theirs
	ScriptTime     time.Duration // spent computing; waits for WeChat, HTTP and the like not counted
	TotalTime      time.Duration // from the start of the turn to its end, waits included
	Strings        int64         // bytes of all strings a turn makes
	String         int64         // bytes of one string
	Memory         int64         // bytes a turn holds at one moment
	WeChatCalls    int
	HTTPCalls      int
	LLMCalls       int // questions to a language model
	StoreCalls     int
	Store          int64         // bytes of all keys and values that the account keeps in its store
	JobWeChatCalls int           // of a job (every, after), in place of WeChatCalls
	JobTime        time.Duration // of a job, in place of TotalTime
	Log            int64         // bytes written by log.* and print
	Answer         int64         // bytes of all texts of the answer
	Turns          int           // of an account at once
	Queue          int           // pushes of an account that wait for their turn
	Waiting        int           // turns of an account that wait for somebody outside, beside Turns
	SourceFile     int64         // bytes of one .lua file
	SourceFiles    int
	Source         int64 // bytes of all .lua files
	DataFile       int64 // bytes of one file in data/
	Data           int64 // bytes of all files in data/
}

// unit says how a limit is written in account.yaml.
type unit uint8

const (
	unitCount unit = iota
	unitBytes
	unitTime
)

func (u unit) text(n int64) string {
	switch u {
	case unitBytes:
		return folder.BytesText(n)
	case unitTime:
		return time.Duration(n).String()
	}
	return GroupDigits(n)
}

func (u unit) wants() string {
	return [...]string{"a whole number", "a number of bytes, or text like 4MiB", "text like 500ms, 2s or 1m"}[u]
}

type limit struct {
	name string
	unit unit
	std  int64
	at   func(*Limits) field
}

// field reads and writes one number of Limits, whatever its type.
type field struct {
	get func() int64
	set func(int64)
}

func at[T ~int | ~int64](p *T) field {
	return field{func() int64 { return int64(*p) }, func(n int64) { *p = T(n) }}
}

// limits is the table of design.md §3: name, unit, default.
var limits = []limit{
	{"instructions", unitCount, 20_000_000, func(l *Limits) field { return at(&l.Instructions) }},
	{"script_time", unitTime, int64(time.Second), func(l *Limits) field { return at(&l.ScriptTime) }},
	{"total_time", unitTime, int64(time.Minute), func(l *Limits) field { return at(&l.TotalTime) }},
	{"strings", unitBytes, 64 << 20, func(l *Limits) field { return at(&l.Strings) }},
	{"string", unitBytes, 4 << 20, func(l *Limits) field { return at(&l.String) }},
	{"memory", unitBytes, 32 << 20, func(l *Limits) field { return at(&l.Memory) }},
	{"wechat_calls", unitCount, 20, func(l *Limits) field { return at(&l.WeChatCalls) }},
	{"http_calls", unitCount, 10, func(l *Limits) field { return at(&l.HTTPCalls) }},
	{"llm_calls", unitCount, 10, func(l *Limits) field { return at(&l.LLMCalls) }},
	{"store_calls", unitCount, 200, func(l *Limits) field { return at(&l.StoreCalls) }},
	{"store", unitBytes, 256 << 20, func(l *Limits) field { return at(&l.Store) }},
	{"job_wechat_calls", unitCount, 2_000, func(l *Limits) field { return at(&l.JobWeChatCalls) }},
	{"job_time", unitTime, int64(10 * time.Minute), func(l *Limits) field { return at(&l.JobTime) }},
	{"log", unitBytes, 64 << 10, func(l *Limits) field { return at(&l.Log) }},
	{"answer", unitBytes, 64 << 10, func(l *Limits) field { return at(&l.Answer) }},
	{"turns", unitCount, 64, func(l *Limits) field { return at(&l.Turns) }},
	{"queue", unitCount, 1_000, func(l *Limits) field { return at(&l.Queue) }},
	{"waiting", unitCount, 1_000, func(l *Limits) field { return at(&l.Waiting) }},
	{"source_file", unitBytes, 128 << 10, func(l *Limits) field { return at(&l.SourceFile) }},
	{"source_files", unitCount, 64, func(l *Limits) field { return at(&l.SourceFiles) }},
	{"source", unitBytes, 1 << 20, func(l *Limits) field { return at(&l.Source) }},
	{"data_file", unitBytes, 8 << 20, func(l *Limits) field { return at(&l.DataFile) }},
	{"data", unitBytes, 32 << 20, func(l *Limits) field { return at(&l.Data) }},
}

// DefaultLimits are those of the table, with every field filled in.
func DefaultLimits() Limits { return Limits{}.orDefaults() }

// Boundless is a ceiling that nothing reaches, for the operator's own settings.
func Boundless() Limits {
	var l Limits
	for _, spec := range limits {
		spec.at(&l).set(math.MaxInt64)
	}
	return l
}

// wide is how many times its default a limit may reach on a machine that belongs to the author.
const wide = 32

// WideLimits are ceilings for a machine on which nobody else's bot runs.
func WideLimits() Limits {
	var l Limits
	for _, spec := range limits {
		spec.at(&l).set(spec.std * wide)
	}
	return l
}

// Folder is the part of the limits that reading an account's folder needs.
func (l Limits) Folder() folder.Limits {
	l = l.orDefaults()
	return folder.Limits{SourceFile: l.SourceFile, Files: l.SourceFiles, Source: l.Source, DataFile: l.DataFile, Data: l.Data}
}

// LimitNames lists the names of all limits in the order of the table.
func LimitNames() []string {
	names := make([]string, len(limits))
	for i, l := range limits {
		names[i] = l.name
	}
	return names
}

// orDefaults fills zero fields from the table.
func (l Limits) orDefaults() Limits {
	for _, spec := range limits {
		if f := spec.at(&l); f.get() == 0 {
			f.set(spec.std)
		}
	}
	return l
}

// within lowers every field that is above the ceiling.
func (l Limits) within(ceiling Limits) Limits {
	for _, spec := range limits {
		f, top := spec.at(&l), spec.at(&ceiling).get()
		f.set(min(f.get(), top))
	}
	return l
}

// Set changes one limit by its name in account.yaml. value is a number, or a text with a unit (4MiB, 2s).
// A zero field of the ceiling stands for the default. The error names the limit, what is allowed, and the
// ceiling.
func (l *Limits) Set(name string, value any, ceiling Limits) error {
	i := slices.IndexFunc(limits, func(s limit) bool { return s.name == name })
	if i < 0 {
		return fmt.Errorf("%s is not a limit%s; limits are %s", name, didYouMean(Nearest(name, LimitNames())), strings.Join(LimitNames(), ", "))
	}
	spec := limits[i]
	n, ok := spec.parse(value)
	if !ok || n <= 0 {
		return fmt.Errorf("%s: %v: want %s, above zero", name, value, spec.unit.wants())
	}
	ceiling = ceiling.orDefaults()
	if top := spec.at(&ceiling).get(); n > top {
		return fmt.Errorf("%s: %v is above the operator's ceiling of %s (ceilings in moonwire.yaml)", name, value, spec.unit.text(top))
	}
	spec.at(l).set(n)
	return nil
}

func (s limit) parse(value any) (int64, bool) {
	switch v := value.(type) {
	case int:
		return int64(v), s.unit != unitTime
	case int64:
		return v, s.unit != unitTime
	case uint64:
		return int64(min(v, math.MaxInt64)), s.unit != unitTime
	case float64:
		return int64(v), s.unit != unitTime && v == math.Trunc(v) && math.Abs(v) < 1<<53
	case time.Duration:
		return int64(v), s.unit == unitTime
	case string:
		return s.parseText(v)
	}
	return 0, false
}

func (s limit) parseText(v string) (int64, bool) {
	v = strings.ReplaceAll(strings.TrimSpace(v), "_", "")
	if s.unit == unitTime {
		d, err := time.ParseDuration(v)
		return int64(d), err == nil
	}
	scale := int64(1)
	if s.unit == unitBytes {
		v, scale = cutByteUnit(v)
	}
	n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
	if err != nil || n > math.MaxInt64/scale {
		return 0, false
	}
	return n * scale, true
}

// cutByteUnit reads KiB, MiB and GiB, and KB, K and so on as the same powers of 1,024.
func cutByteUnit(v string) (rest string, scale int64) {
	low := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(v), "b"), "i")
	for i, suffix := range []string{"k", "m", "g"} {
		if rest, ok := strings.CutSuffix(low, suffix); ok {
			return rest, 1 << (10 * (i + 1))
		}
	}
	return low, 1
}

// GroupDigits writes 20000000 as 20,000,000. n is never below nought.
func GroupDigits(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// limitOf returns the entry of a name that is known to be in the table.
func limitOf(name string) limit {
	return limits[slices.IndexFunc(limits, func(s limit) bool { return s.name == name })]
}
