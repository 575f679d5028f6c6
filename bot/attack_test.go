package bot_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/engine"
	"moonwire/folder"
)

const (
	// attackWork is how much the whole process may compute during a hostile turn, of which its script may compute one
	// second; the rest is the collector's and the neighbour's. The time that passes says nothing: the machine may be
	// busy with other things.
	attackWork = 5 * time.Second
	// attackEnd is when a hostile turn is said to have no end.
	attackEnd = 5 * time.Minute
	// attackGrowth is by how much the process may grow meanwhile.
	attackGrowth int64 = 96 << 20
)

// attack is one hostile script.
type attack struct {
	name   string
	folder files
	make   func() files // instead of folder: a large one must not lie in the process that is weighed
	expect string       // stop: an error; deny, value: an answer; "" either
	atLoad bool         // the folder itself is the attack
}

// readAttack takes a script apart: `-- expect: …` and `-- place: top` in its first line, `-- file: name` before
// each further file. What does not stand at the top is the body of a handler.
func readAttack(t testing.TB, path string) attack {
	body, err := os.ReadFile(path)
	require.NoError(t, err)
	a := attack{name: strings.TrimSuffix(filepath.Base(path), ".lua"), folder: files{}}
	head, _, _ := strings.Cut(string(body), "\n")
	for _, word := range []string{"stop", "deny", "value"} {
		if strings.HasPrefix(head, "-- expect: "+word) && !strings.Contains(head, "deny or stop") {
			a.expect = word
		}
	}
	a.atLoad = strings.HasPrefix(head, "-- place: top")
	parts := strings.Split(string(body), "\n-- file: ")
	main := parts[0]
	if !a.atLoad {
		main = "on.text(function(msg)\n" + main + "\nend)"
	}
	a.folder["main.lua"] = main
	for _, part := range parts[1:] {
		name, text, _ := strings.Cut(part, "\n")
		a.folder[name] = text
	}
	return a
}

// attacks are the scripts of this room, those of the engine's, and folders that only make sense when they are large.
func attacks(t testing.TB) []attack {
	var all []attack
	for _, pattern := range []string{"testdata/attacks/*.lua", "../engine/testdata/attacks/*.lua"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, f := range files {
			all = append(all, readAttack(t, f))
		}
	}
	return append(append(all, largeFolders()...), largeSources()...)
}

// largeFolders are accounts whose data and sources are as large as they may be, and made of as much as can be.
func largeFolders() []attack {
	const file = 8<<20 - 100
	empty := func() string { return "[" + strings.Repeat("[],", file/3) + "1]" }
	objects := func() string { return "[" + strings.Repeat(`{"a":1},`, file/8) + "1]" }
	rows := func() string { return "a\n" + strings.Repeat(strings.Repeat("b", 30)+"\n", 262_000) }
	cells := func() string {
		return "a,b,c,d,e,f,g,h\n" + strings.Repeat(",,,,,,,"+strings.Repeat("x", 24)+"\n", 255_000)
	}
	short := func() string { return "a\n" + strings.Repeat("b\n", file/2) }
	wide := func() files {
		return files{
			"data/a.csv": strings.Join(numbered(100_000), ",") + "\n" + strings.Repeat("1\n", 100),
			"main.lua":   `on.text(function() while true do for _, r in ipairs(data.csv("a.csv")) do for k, v in pairs(r) do end end end end)`,
		}
	}
	three := func(ext string, body func() string, call string) func() files {
		return func() files {
			b := body()
			read := "on.text(function()\nfor _, n in ipairs{'a', 'b', 'c'} do " + call + " end\nreturn 'read'\nend)"
			return files{"data/a." + ext: b, "data/b." + ext: b, "data/c." + ext: b, "main.lua": read}
		}
	}
	only := func(main string) func() files { return func() files { return files{"main.lua": main} } }
	return []attack{
		{name: "data-json-empty-lists", make: three("json", empty, `pcall(data.json, n .. ".json")`)},
		{name: "data-json-objects", make: three("json", objects, `pcall(data.json, n .. ".json")`)},
		{name: "data-csv-rows", make: three("csv", rows, `pcall(function() local d = data.csv(n .. ".csv") for i = 1, 1e9 do local r = d[i] end end)`)},
		{name: "data-csv-rows-kept", make: three("csv", rows, `local keep = {} local d = data.csv(n .. ".csv") for i = 1, 1e9 do keep[i] = d[i] or d[1] end`)},
		{name: "data-csv-short-rows", make: three("csv", short, `pcall(data.csv, n .. ".csv")`)},
		{name: "data-csv-find", make: three("csv", cells, `pcall(function() local d = data.csv(n .. ".csv") for i = 1, 1e9 do d:find("a", "y") d:find("h", i .. "") end end)`)},
		{name: "data-csv-cells", make: three("csv", cells, `pcall(function() for _, row in ipairs(data.csv(n .. ".csv")) do end end)`)},
		{name: "data-csv-wide", make: wide},
		{name: "sources-many-functions", make: manyFunctions, atLoad: true},
		{name: "source-not-lua", make: only(strings.Repeat("\x00\xff", 60_000)), atLoad: true},
		{name: "source-long-line", make: only("x=" + strings.Repeat("a+", 60_000) + "1"), atLoad: true},
		{name: "source-brackets", make: only("x=" + strings.Repeat("(", 130_000)), atLoad: true},
		{name: "source-comment", make: only("--[==[" + strings.Repeat("]", 130_000)), atLoad: true},
		{name: "source-calls", make: only("x" + strings.Repeat("()", 60_000)), atLoad: true},
		{name: "source-strings", make: only(strings.Repeat("local s='", 12_000)), atLoad: true},
	}
}

// manyFunctions is sixty modules of nine hundred functions each.
func manyFunctions() files {
	source := "return {" + strings.Repeat("function()end,", 900) + "}"
	files := files{"main.lua": `for i = 1, 60 do pcall(require, "lib.m" .. i) end on.text("done")`}
	for i := range 60 {
		files[fmt.Sprintf("lib/m%d.lua", i+1)] = fmt.Sprintf("-- %d\n", i) + source
	}
	return files
}

func numbered(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = "c" + strconv.Itoa(i)
	}
	return all
}

// TestAttacks drops hostile accounts beside an honest one that is sent neighbourRate messages a second, and sends each a
// message. Each must end, in a clear error or a harmless value; the process must stay as large as it was; the
// honest account must not notice.
func TestAttacks(t *testing.T) {
	limits := ""
	if testing.Short() || raceEnabled {
		limits = "limits: { script_time: 500ms }"
	}
	h := attackHouse(t)
	n := newNeighbour(h)
	defer n.stop()
	for i, a := range attacks(t) {
		t.Run(a.name, func(t *testing.T) {
			if a.make != nil {
				a.folder = a.make()
			}
			account := fmt.Sprintf("a%d-%s", i, strings.ToLower(a.name))
			a.folder["account.yaml"] = limits
			if a.expect == "deny" || a.expect == "value" {
				a.folder["account.yaml"] = unhurried // those need the time they take
			}
			s := h.suffer(t, account, a)
			t.Logf("%v, %v of work, %d MiB, %q %v", s.took.Round(time.Millisecond), s.worked, s.grown>>20, s.said[:min(len(s.said), 40)], s.err)
			judge(t, a, s)
			if !raceEnabled {
				require.Less(t, s.worked, attackWork)
				require.Less(t, s.grown, attackGrowth)
			}
			require.Empty(t, n.failures(), "the neighbour noticed")
		})
	}
	n.stop()
	require.Empty(t, n.failures())
	t.Logf("the neighbour: %s", n)
}

// judge looks at what became of an attack.
func judge(t *testing.T, a attack, s suffering) {
	require.False(t, strings.HasPrefix(s.said, "ESCAPED"), s.said)
	require.NotContains(t, s.said, "0xc0", "an address of Go's")
	switch a.expect {
	case "stop":
		require.True(t, s.err != nil || s.said == "denied", s.said)
	case "deny", "value":
		require.NoError(t, s.err)
		require.NotEmpty(t, s.said)
	}
	if s.err == nil {
		return
	}
	var unreadable *folder.SourceError
	if a.atLoad && errors.As(s.err, &unreadable) {
		require.Positive(t, unreadable.Line)
		return
	}
	var e *engine.ScriptError
	require.ErrorAs(t, s.err, &e)
	require.NotEmpty(t, e.Msg)
	require.Less(t, len(e.Msg), 4<<10)
	require.NotEqual(t, engine.ErrorInternal, e.Kind, "%v", e)
	for _, goWord := range []string{"runtime error", "goroutine ", "0xc0"} {
		require.NotContains(t, s.box, goWord)
	}
	require.NotEmpty(t, e.File)
	require.Positive(t, e.Line)
	if e.Kind == engine.ErrorLimit {
		require.Contains(t, e.Msg, "over the limit "+e.Limit+" of ")
		require.Contains(t, e.Msg, " by ")
		require.Contains(t, e.Msg, "account.yaml limits: { "+e.Limit+": … } raises it")
	}
}

// attackHouse is a house on real time with nothing in it but an honest account. Whoever asks it has patience.
func attackHouse(t *testing.T) *house {
	h := newHouse(t, map[string]files{"good": {"main.lua": goodScript, "account.yaml": unhurried}}, func(o *bot.Options) {
		o.Now, o.Sleep, o.ReplyWindow = time.Now, nil, attackEnd
		keep := o.Events.Turn
		o.Events.Turn = func(r bot.TurnReport) {
			if r.Account != "good" { // a thousand a second would be kept otherwise
				keep(r)
			}
		}
	})
	h.api.letAll()
	over := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case now := <-tick.C:
				select {
				case h.ticks <- now:
				case <-over:
					return
				}
			case <-over:
				return
			}
		}
	})
	t.Cleanup(func() {
		close(over)
		watch.Wait()
	})
	return h
}

const goodScript = `
local greetings = { "hello", "hi" }
on.text("nothing", "x")
on.text(function(msg)
  local words = {}
  for w in msg.content:gmatch("%w+") do words[#words + 1] = w:upper() end
  return greetings[1] .. " " .. table.concat(words, "-")
end)
`

// suffering is what an attack cost and came to.
type suffering struct {
	took   time.Duration // of the load or the turn
	worked time.Duration // by the process meanwhile
	grown  int64         // bytes of the process, at its largest
	said   string
	turn   bot.TurnReport
	err    error
	box    string
}

// suffer drops an account in and sends it a message. Of a folder that is the attack itself, the load counts too; when
// it does not go live, that is the end of it.
func (h *house) suffer(t *testing.T, account string, a attack) (s suffering) {
	t.Helper()
	var save bot.SaveReport
	if !a.atLoad {
		save = h.dropIn(account, a.folder)
		require.True(t, save.Live, save.Box)
	}
	defer h.takeAway(account, strings.HasPrefix(a.name, "data-"))
	runtime.GC()
	debug.FreeOSMemory()
	before, worked := resetPeak(t), work(t)
	defer func() { s.grown, s.worked = peak(t)-before, work(t)-worked }()
	if a.atLoad {
		save = h.dropIn(account, a.folder)
		s.took = save.Took
		if !save.Live {
			s.err, s.box = save.Err, save.Box
			return s
		}
	}
	p := h.text("amy", account, "go")
	p.account = account
	began := time.Now()
	d := h.deliver(p)
	select {
	case <-d.returned:
	case <-time.After(attackEnd + patient):
		t.Fatal("the turn does not end")
	}
	s.took = max(s.took, time.Since(began))
	h.until("report", func() bool {
		i := slices.IndexFunc(h.turns, func(t bot.TurnReport) bool { return t.Account == account })
		if i >= 0 {
			s.turn = h.turns[i]
		}
		return i >= 0
	})
	s.said, s.err, s.box = d.seen(), s.turn.Err, s.turn.Box
	return s
}

// dropIn lays an account's folder among the others and waits until it was loaded.
func (h *house) dropIn(account string, files files) (save bot.SaveReport) {
	h.t.Helper()
	h.write(".coming", files)
	require.NoError(h.t, os.Rename(filepath.Join(h.dir, ".coming"), filepath.Join(h.dir, account)))
	h.until("the load of "+account, func() bool {
		i := slices.IndexFunc(h.saves, func(s bot.SaveReport) bool { return s.Account == account })
		if i >= 0 {
			save = h.saves[i]
		}
		return i >= 0
	})
	return save
}

// takeAway removes an account's folder, and waits until it is gone if it is large: what it held must not count for
// the next.
func (h *house) takeAway(account string, large bool) {
	h.t.Helper()
	require.NoError(h.t, os.RemoveAll(filepath.Join(h.dir, account)))
	if !large {
		return
	}
	h.until("the end of "+account, func() bool { return h.fleet.Account(account) == nil })
}

// resetPeak forgets how large the process once was and tells how large it is.
func resetPeak(t testing.TB) int64 {
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Logf("the peak of memory cannot be read here: %v", err)
		return 0
	}
	return status(t, "VmRSS:")
}

// work is how much the process has computed, on all cores together; 0 where that cannot be read.
func work(t testing.TB) time.Duration {
	body, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(body[bytes.LastIndexByte(body, ')')+1:])) // from the third on
	ticks := 0
	for _, f := range fields[11:13] { // utime and stime, in hundredths of a second
		n, err := strconv.Atoi(f)
		require.NoError(t, err)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

func peak(t testing.TB) int64 { return status(t, "VmHWM:") }

func status(t testing.TB, field string) int64 {
	body, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(body)) {
		if rest, ok := strings.CutPrefix(line, field); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			require.NoError(t, err)
			return n << 10
		}
	}
	return 0
}
