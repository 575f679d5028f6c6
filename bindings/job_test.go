package bindings_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

func run(t *testing.T, p *bindings.Program, j bindings.JobRun) (bindings.Outcome, *memory, error) {
	t.Helper()
	in, m := input(nil), newMemory()
	in.Memory = m
	out, err := p.RunJob(t.Context(), in, j)
	return out, m, err
}

func TestJobsAtLoad(t *testing.T) {
	tests := []struct{ name, main, want string }{
		{"an every twice", "every('@daily', print, {name='a'})\nevery('@hourly', print, {name='a'})", `main.lua:2: every: "a" is declared already at main.lua:1; want another name`},
		{"a task twice", "task('a', print)\n\ntask('a', print)", `main.lua:3: task: "a" is declared already at main.lua:1; want another name`},
		{"an every and a task", "task('a', print) every('@daily', print, {name='a'})", ""},
		{"no name", "every('@daily', print, {})", "main.lua:1: every: options: name is missing"},
		{"no options", "every('@daily', print)", "every: argument 3 (options) is missing; want a table"},
		{"an unknown option", "every('@daily', print, {nam='a'})", "every: options: has no field nam; did you mean name?"},
		{"a long name", "task(('a'):rep(65), print)", "task: argument 1 (name) is 65 bytes long; want 1 to 64"},
		{"no name of a task", "task('', print)", "task: argument 1 (name) is 0 bytes long"},
		{"torn", "task(('茶'):sub(1,2), print)", "task: argument 1 (name) is torn at its beginning"},
		{"no cron", "every('0 25 * * *', print, {name='a'})", `main.lua:1: every: argument 1 (cron) has "25" as the hour; want 0 to 23`},
		{"no function", "every('@daily', 'x', {name='a'})", "every: argument 2 (fn) is a string; want a function"},
		{"many every", "for i = 1, 101 do every('@daily', print, {name='n'..i}) end", "every: more than 100"},
		{"many tasks", "for i = 1, 1001 do task('n'..i, print) end", "task: more than 1000"},
		{"after at the top level", "after(1, task('a', print))", "main.lua:1: after: not allowed at the top level"},
		{"job.continue at the top level", "job.continue()", "job.continue: no job runs here"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := compileFiles(t, files{"main.lua": tt.main}, config())
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestWhatAJobGets(t *testing.T) {
	p := program(t, `
every("0 9 * * 1-5", function(at) store.set("at", at == nil and "nil" or at) end, { name = "morning" })
task("remind", function(args)
  store.set("seen", args.openid .. " " .. job.id .. " " .. job.name .. " " .. job.due .. " " .. job.attempt .. " " .. job.step .. " " .. tostring(msg and msg.openid))
  return "nobody sees it"
end)`)
	due := time.Unix(1_772_416_800, 0)
	out, m, err := run(t, p, bindings.JobRun{ID: "j1", Kind: bindings.KindTask, Name: "remind", Args: []byte(`{"openid":"amy"}`), Due: due, Attempt: 1, Step: 2})
	require.NoError(t, err)
	require.Equal(t, `"amy j1 remind 1772416800 2 2 nil"`, m.values["seen"])
	require.Equal(t, `main.lua:3 task("remind")`, out.Rule)
	require.True(t, out.Handled)
	require.Nil(t, out.Reply)
	require.Nil(t, out.Continued)

	_, m, err = run(t, p, bindings.JobRun{Kind: bindings.KindEvery, Name: "morning"})
	require.NoError(t, err)
	require.Equal(t, `"nil"`, m.values["at"])

	_, _, err = run(t, p, bindings.JobRun{Kind: bindings.KindEvery, Name: "remind"})
	require.ErrorIs(t, err, bindings.ErrNoTask)
	require.True(t, p.HasJob(bindings.KindTask, "remind"))
	require.False(t, p.HasJob(bindings.KindTask, "morning"))

	all := p.Everys()
	require.Len(t, all, 1)
	require.Equal(t, "morning", all[0].Name)
	require.Equal(t, `main.lua:2 every("morning")`, all[0].Label)
	soon := all[0].Soon(time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC), 2)
	require.Equal(t, []string{"03-06 09:00", "03-09 09:00"}, []string{soon[0].Format("01-02 15:04"), soon[1].Format("01-02 15:04")})
}

func TestJobsGoOn(t *testing.T) {
	tests := []struct {
		name, body string
		step       int
		want       string // the arguments; none: it is done
		err        string
	}{
		{name: "done", body: ""},
		{name: "with a cursor", body: `job.continue("fan:7")`, want: `"fan:7"`},
		{name: "the last counts", body: `job.continue(1) job.continue({at = 2})`, want: `{"at":2}`},
		{name: "with nothing", body: `job.continue()`, want: "<nil>"},
		{name: "not after an error", body: `job.continue(1) error("oh")`, err: "main.lua:1: oh"},
		{name: "a function", body: `job.continue(print)`, err: "job.continue: argument 1 (args) is a function; want plain data"},
		{name: "too much", body: `job.continue(("a"):rep(16384))`, err: "job.continue: argument 1 (args) has 16386 bytes as JSON; want at most 16384"},
		{name: "no end", body: `job.continue(1)`, step: 10_000, err: "job.continue: the job has gone on 10000 times; want fewer, larger steps"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := program(t, `task("a", function(args) `+tt.body+` end)`)
			out, _, err := run(t, p, bindings.JobRun{Kind: bindings.KindTask, Name: "a", Step: tt.step})
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				require.Nil(t, out.Continued)
				return
			}
			require.NoError(t, err)
			switch {
			case tt.want == "":
				require.Nil(t, out.Continued)
			case tt.want == "<nil>":
				require.Equal(t, &bindings.Continued{}, out.Continued)
			default:
				require.Equal(t, tt.want, string(out.Continued.Args))
			}
		})
	}
}

func TestAfter(t *testing.T) {
	const now = 1_772_416_800
	order := func(due int64) bindings.JobOrder {
		return bindings.JobOrder{ID: "made-1", Task: "a", Due: time.Unix(due, 0)}
	}
	with := func(o bindings.JobOrder, change func(*bindings.JobOrder)) bindings.JobOrder { change(&o); return o }
	tests := []struct {
		name, call string
		want       bindings.JobOrder
		err        string
	}{
		{name: "a duration", call: `after("30m", t)`, want: order(now + 1800)},
		{name: "seconds", call: `after(90, t)`, want: order(now + 90)},
		{name: "at once", call: `after(0, t)`, want: order(now)},
		{name: "a time", call: `after(1772420400, t)`, want: order(1_772_420_400)},
		{name: "a time that is over", call: `after(1000000000, t)`, want: order(1_000_000_000)},
		{name: "a task by name", call: `after(0, "a")`, want: order(now)},
		{name: "arguments", call: `after(0, t, {openid = "amy"})`, want: with(order(now), func(o *bindings.JobOrder) { o.Args = []byte(`{"openid":"amy"}`) })},
		{name: "an id", call: `after(0, t, nil, {id = "x"})`, want: with(order(now), func(o *bindings.JobOrder) { o.ID = "x" })},
		{name: "retry", call: `after(0, t, 1, {retry = {times = 3}})`, want: with(order(now), func(o *bindings.JobOrder) { o.Args, o.Retries, o.Backoff = []byte("1"), 3, time.Minute })},
		{name: "backoff", call: `after(0, t, 1, {retry = {times = 20, backoff = "24h"}})`, want: with(order(now), func(o *bindings.JobOrder) { o.Args, o.Retries, o.Backoff = []byte("1"), 20, 24*time.Hour })},

		{name: "no time", call: `after("soon", t)`, err: `after: argument 1 (when) is "soon"; want a duration`},
		{name: "neither seconds nor a time", call: `after(999999999, t)`, err: "or a time in Unix seconds"},
		{name: "negative", call: `after(-1, t)`, err: "argument 1 (when) is"},
		{name: "endless", call: `after(1/0, t)`, err: "argument 1 (when) is"},
		{name: "far away", call: `after(9000000000, t)`, err: "argument 1 (when) is more than ten years away"},
		{name: "no task", call: `after(0, print)`, err: "after: argument 2 (task) is a function; want what task(…) gave, or the name of a task"},
		{name: "an unknown task", call: `after(0, "remnd")`, err: `argument 2 (task) is "remnd", and no task has that name; did you mean remind?`},
		{name: "a function in it", call: `after(0, t, {f = print})`, err: "after: argument 3 (args): f"},
		{name: "large arguments", call: `after(0, t, ("a"):rep(16384))`, err: "after: argument 3 (args) has 16386 bytes as JSON; want at most 16384"},
		{name: "an empty id", call: `after(0, t, 1, {id = ""})`, err: "after: options: id is 0 bytes long; want 1 to 128"},
		{name: "an id of an every", call: `after(0, t, 1, {id = "every:x"})`, err: "belongs to an every"},
		{name: "no retries", call: `after(0, t, 1, {retry = {times = 0}})`, err: "after: options: retry: times is 0; want 1 to 20"},
		{name: "short backoff", call: `after(0, t, 1, {retry = {times = 1, backoff = "10ms"}})`, err: `backoff is 10ms; want "1s" to "24h"`},
		{name: "an unknown option", call: `after(0, t, 1, {ids = 1})`, err: "after: options: has no field ids; did you mean id?"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := program(t, `local t = task("a", print) task("remind", print) on.text(function() return `+tt.call+` end)`)
			in, m := input(text(t, "x")), newMemory()
			in.Memory, in.Now = m, func() time.Time { return time.Unix(now, 0) }
			out, err := p.Answer(t.Context(), in)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				require.Empty(t, m.jobs)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want.ID, out.Reply.Content)
			got := m.jobs[tt.want.ID]
			require.True(t, tt.want.Due.Equal(got.Due), "%s is not %s", got.Due, tt.want.Due)
			got.Due = tt.want.Due
			if tt.want.ID == "made-1" {
				got.ID = "made-1"
			}
			require.Equal(t, tt.want, got)
		})
	}
}

func TestAfterWhenThereIsNoRoom(t *testing.T) {
	p := program(t, `local t = task("a", print) on.text(function() after(0, t) end)`)
	in, m := input(text(t, "x")), newMemory()
	m.full, in.Memory = true, m
	_, err := p.Answer(t.Context(), in)
	require.ErrorContains(t, err, "main.lua:1: after: 100,000 jobs of the account are due or running")
}

func TestCancel(t *testing.T) {
	p := program(t, `local t = task("a", print) on.text(function(msg)
  if msg.content == "put" then return after(0, t, nil, {id = "x"}) end
  return tostring(cancel(msg.content))
end)`)
	in := input(text(t, "put"))
	_, err := p.Answer(t.Context(), in)
	require.NoError(t, err)
	for _, tt := range []struct{ name, id, want string }{{"there", "x", "true"}, {"gone", "x", "false"}, {"none", "y", "false"}} {
		in.Message = text(t, tt.id)
		out, err := p.Answer(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, tt.want, out.Reply.Content, tt.name)
	}
	in.Message = text(t, strings.Repeat("x", 129))
	_, err = p.Answer(t.Context(), in)
	require.ErrorContains(t, err, "cancel: argument 1 (id) is 129 bytes long; want the id that after gave, or was given")
}

// Outside of a job, job shows its function and nothing else; nobody writes to it.
func TestJobInOtherTurns(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"fields", `return tostring(job.id) .. tostring(job.nosuch) .. type(job.continue)`, "nilnilfunction"},
		{"continue", `local ok, e = pcall(job.continue) return e`, "job.continue: no job runs here; only the function of an every or a task can go on with a next step"},
		{"writing", `local ok, e = pcall(function() job.id = 1 end) return e`, "job is read-only"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := answer(t, program(t, `on.text(function() `+tt.body+` end)`), text(t, "x"))
			require.Contains(t, out.Reply.Content, tt.want)
		})
	}
}

// Scripts have no chance and no clock at the top level; the check holds all the same.
func TestJobsThatDifferFromTheLoadAreRefused(t *testing.T) {
	const main = "task('a', print)\nevery('@daily', print, {name='b'})\n"
	tests := []struct{ name, then, want string }{
		{"another name", "task('A', print)", `main.lua:1: task: "A" was not declared so when the script was loaded; it must not depend on time or chance`},
		{"another kind", "every('@daily', print, {name='a'})", `main.lua:1: every: "a" was not declared so`},
		{"one more", main + "task('z', print)", `main.lua:3: task: "z" was not declared so`},
		{"one less", "task('a', print)", "main.lua:2: every: it was declared when the script was loaded and is missing now"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := run(t, bindings.WithRulesOf(program(t, tt.then), program(t, main)), bindings.JobRun{Kind: bindings.KindEvery, Name: "b"})
			require.ErrorContains(t, err, tt.want)
		})
	}
	require.Contains(t, fails(t, `on.text(function() task("b", print) end)`), "main.lua:1: task: is declared at the top level, not inside a handler")
}
