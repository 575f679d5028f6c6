package bot_test

import (
	"database/sql"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/wechat"
	"moonwire/wechat/sim"
)

// logged lets a house write its log where a test can read it.
func logged(log *safeBuffer) func(*bot.Options) {
	return func(o *bot.Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) }
}

// lines are those of a log that hold a text.
func (b *safeBuffer) lines(of string) (found []string) {
	for line := range strings.Lines(b.String()) {
		if strings.Contains(line, of) {
			found = append(found, line)
		}
	}
	return found
}

// await waits for a line that holds a text, and returns the first.
func (b *safeBuffer) await(t testing.TB, of string) string {
	t.Helper()
	require.Eventually(t, func() bool { return len(b.lines(of)) > 0 }, patient, time.Millisecond, "%s\nis not in\n%s", of, b)
	return b.lines(of)[0]
}

// damage changes the file of the store behind the process's back.
func (h *house) damage(query string) {
	h.t.Helper()
	db, err := sql.Open("sqlite", "file:"+h.db+"?_pragma=busy_timeout(60000)")
	require.NoError(h.t, err)
	defer db.Close()
	_, err = db.ExecContext(h.t.Context(), query)
	require.NoError(h.t, err)
}

// refuse lets the store fail to do something, such as INSERT ON kv.
func (h *house) refuse(what string) {
	h.t.Helper()
	h.damage("CREATE TRIGGER broken_" + strings.ReplaceAll(what, " ", "_") + " BEFORE " + what + " BEGIN SELECT RAISE(ABORT, 'the disk is broken'); END")
}

const loggedScript = `
on.text("slow", function() time.sleep("1s") return "done" end)
on.text("note", function(msg) msg.session.noted = true return "noted" end)
on.text("send", function(msg) send.text(msg.openid, "sent") end)
on.text("act", function() store.incr("n") time.sleep("1s") end)
on.text(function(msg) return "here" end)
on.hook("paid", function() return "thanks" end)
`

// TestTheLogSaysWhatCouldNotBeKept breaks the store in one way each, and reads what the operator is told: of whom, and
// why. What a fan is told is not "success" when it was none.
func TestTheLogSaysWhatCouldNotBeKept(t *testing.T) {
	const apology, broken = "抱歉，出了点问题，我们已收到通知", "the disk is broken"
	comesLate := func(want bot.Outcome) func(h *house) {
		return func(h *house) {
			h.api.errcode = 45015
			d := h.deliver(h.text("amy", "1", "slow"))
			h.api.await(h.t, "sleep", 1)
			h.pass(window)
			h.wait("early answer", d.answered)
			h.api.let("sleep")
			require.Equal(h.t, want, h.report(0).Outcome)
		}
	}
	fetched := comesLate(bot.Kept)
	says := func(content, want string) func(h *house) {
		return func(h *house) { require.Equal(h.t, want, h.say(h.text("amy", "7", content)).seen()) }
	}
	for _, tt := range []struct {
		name   string
		late   string
		before func(h *house)
		breaks string // what the store refuses; what begins with ALTER or CREATE is done as it stands
		act    func(h *house)
		level  string
		want   string
		why    string
	}{
		{"what a turn has written", "push", nil, "INSERT ON sessions", says("note", apology), "ERROR", "a turn could not be committed", broken},
		{"a late answer", "push", nil, "INSERT ON answers", comesLate(bot.Failed), "ERROR", "a late answer could not be kept", broken},
		{"an answer to be fetched", "fetch", nil, "INSERT ON answers", comesLate(bot.Late), "ERROR", "a late answer could not be kept", broken},
		{"that an answer was fetched", "fetch", fetched, "DELETE ON answers", says("查看", "dropped"), "WARN", "a fetched answer waits on", broken},
		{"what is kept for a fan", "fetch", fetched, "ALTER TABLE answers RENAME TO away", says("查看", "here"), "ERROR", "a kept answer could not be read", "answers"},
		{"that a fan has left", "fetch", fetched, "DELETE ON answers", func(h *house) {
			p := h.event("platform", "user_authorization_cancellation", "")
			p.body = strings.Replace(p.body, "<EventKey></EventKey>", "<OpenID>amy</OpenID>", 1)
			require.Equal(h.t, "dropped", h.say(p).seen())
		}, "ERROR", "a fan who left WeChat could not be forgotten", broken},
		{"whose a push is", "push", func(h *house) { h.twin() }, "INSERT ON claims", says("x", "dropped"), "ERROR", "the store could not be asked whether another process has the push", broken},
		{"that a turn is over", "fetch", fetched, `CREATE TRIGGER a BEFORE DELETE ON answers BEGIN SELECT RAISE(ABORT, 'no'); END;
			CREATE TRIGGER c BEFORE DELETE ON claims BEGIN SELECT RAISE(ABORT, 'the disk is broken'); END`, says("查看", "dropped"), "WARN", "other processes could not be told that a turn is over", broken},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log safeBuffer
			h := newHouse(t, map[string]files{"demo": {"main.lua": loggedScript, "account.yaml": unhurried + "\nkind: service\nhooks: { paid: {} }\nlate: " + tt.late}}, logged(&log))
			if tt.before != nil {
				tt.before(h)
			}
			if strings.HasPrefix(tt.breaks, "ALTER") || strings.HasPrefix(tt.breaks, "CREATE") {
				h.damage(tt.breaks)
			} else {
				h.refuse(tt.breaks)
			}
			tt.act(h)
			line := log.await(t, `msg="`+tt.want+`"`)
			require.Contains(t, line, "level="+tt.level)
			require.Contains(t, line, " account=demo trace=")
			require.Contains(t, line, tt.why)
		})
	}
}

func TestTheLogSaysThatHooksCannotBeAsked(t *testing.T) {
	var log safeBuffer
	h := newHouse(t, map[string]files{"demo": {"main.lua": hookScript, "account.yaml": hookYAML}}, logged(&log))
	h.damage("ALTER TABLE hook_calls RENAME TO away")
	_, err := h.hook("paid", "T1", payment)
	require.Error(t, err)
	require.Regexp(t, `level=ERROR msg="the store could not be asked whether a call of a hook is new" account=demo hook=paid error=.*hook_calls`, log.await(t, "call of a hook is new"))
}

// An account that comes while nothing can be read serves, and the log says what was not found out.
func TestTheLogSaysWhatCouldNotBeReadAtALoad(t *testing.T) {
	var log safeBuffer
	h := newHouse(t, map[string]files{"demo": saying("one")}, logged(&log))
	h.damage("ALTER TABLE answers RENAME TO away")
	h.damage("ALTER TABLE builds RENAME TO gone")
	h.write("late", files{"main.lua": loggedScript, "account.yaml": unhurried + "\nlate: fetch"})
	require.NoError(t, h.load("late").Err)
	require.Regexp(t, `level=WARN msg="kept answers could not be read" account=late error=.*answers`, log.await(t, "kept answers could not be read"))
	p := h.text("amy", "1", "查看")
	p.account = "late"
	require.Equal(t, "here", h.say(p).seen())
	require.Regexp(t, `level=ERROR msg="kept answers could not be read" account=late error=.*answers`, log.await(t, `level=ERROR msg="kept answers`))
	h.write("broken", files{"main.lua": "on.text(", "account.yaml": unhurried})
	require.ErrorContains(t, h.load("broken").Err, "main.lua:1")
	require.Regexp(t, `level=WARN msg="kept builds cannot be read" account=broken error=.*builds`, log.await(t, "kept builds cannot be read"))
}

// TestTheLogTellsOfSaves has nobody watch the saves: then the log tells of them.
func TestTheLogTellsOfSaves(t *testing.T) {
	var log safeBuffer
	h := newHouse(t, map[string]files{"demo": saying("one")}, logged(&log), func(o *bot.Options) { o.Events.Save, o.LoadTime = nil, patient })
	live := log.await(t, `msg="save is live"`)
	require.Regexp(t, `level=INFO msg="save is live" account=demo build=[0-9a-f]+ took=`, live)
	build := h.fleet.Account("demo").Status().Build
	require.Contains(t, live, " build="+build)
	h.write("demo", files{"main.lua": "on.text("})
	require.Error(t, h.load("demo").Err)
	require.Regexp(t, `level=WARN msg="save is not live" account=demo error="?main.lua:1.* serving=`+build, log.await(t, `msg="save is not live"`))
	require.Len(t, log.lines(`msg="save is live"`), 1)
	h.write("demo", files{"main.lua": "on.text('x', 'y')", "account.yaml": unhurried + "\nhooks: { paid: {} }"})
	require.NoError(t, h.load("demo").Err)
	require.Regexp(t, `level=WARN msg=save account=demo warning=.*hooks.paid: the scripts have no`, log.await(t, "msg=save "))
}

// TestTheLogTellsOfMenus has nobody watch the menus.
func TestTheLogTellsOfMenus(t *testing.T) {
	var log safeBuffer
	h, s := menuHouse(t, logged(&log), func(o *bot.Options) { o.Events.Menu = nil })
	require.Regexp(t, `level=INFO msg="menu pushed" account=demo build=`+h.save(0).Build, log.await(t, `msg="menu pushed"`))
	s.AddFault(sim.Fault{Path: createMenu, ErrCode: 40018})
	h.write("demo", files{"main.lua": menuScript("明日", "")})
	require.NoError(t, h.load("demo").Err)
	require.Regexp(t, `level=WARN msg="menu not pushed" account=demo error=.*40018`, log.await(t, `msg="menu not pushed"`))
	require.Len(t, log.lines(`msg="menu pushed"`), 1)
	s.RemoveFault("")
	h.refuse("UPDATE OF hash ON menus")
	h.write("demo", files{"main.lua": menuScript("后天", "")})
	require.NoError(t, h.load("demo").Err)
	require.Regexp(t, `level=WARN msg="that the menu was pushed could not be kept; it is pushed again at the next start" account=demo error=.*the disk is broken`, log.await(t, "that the menu was pushed could"))
	shown, err := s.MenuOf("demo", "amy")
	require.NoError(t, err)
	require.Contains(t, string(shown), "后天", "fans have it")
}

// TestTheLogTellsOfSends: what a script sent and what came late, and was refused.
func TestTheLogTellsOfSends(t *testing.T) {
	var log safeBuffer
	h := newHouse(t, map[string]files{"demo": {"main.lua": loggedScript, "account.yaml": unhurried + "\nkind: service\nhooks: { paid: {} }\nlate: push"}}, logged(&log))
	h.api.errcode = 45015
	h.say(h.text("amy", "1", "send"))
	require.Regexp(t, `level=WARN msg="message not sent" account=demo trace=`+h.report(0).Trace+` kind=custom:text error=.*45015`, log.await(t, `msg="message not sent"`))
	d := h.deliver(h.text("amy", "2", "slow"))
	h.api.await(t, "sleep", 1)
	h.pass(window)
	h.wait("early answer", d.answered)
	h.api.let("sleep")
	require.Regexp(t, `level=WARN msg="customer-service message not sent" account=demo trace=`+h.report(1).Trace+` error=.*45015`, log.await(t, `msg="customer-service message not sent"`))
	require.NotContains(t, log.String(), "done", "what a fan is told stays out of the log")
}

// TestTheLogTellsOfStrangers: one line a second, which says how many more there were.
func TestTheLogTellsOfStrangers(t *testing.T) {
	var log safeBuffer
	h := newHouse(t, map[string]files{"demo": {"main.lua": loggedScript, "account.yaml": unhurried + "\nhooks: { paid: {} }"}}, logged(&log))
	forged := func(n int) {
		for range n {
			d := h.deliverSigned(h.text("amy", "1", "hello"), wechat.Query{Signature: "forged", Timestamp: "1", Nonce: "n"})
			h.wait("refusal", d.returned)
		}
	}
	forged(4)
	require.Len(t, log.lines(`msg="push refused"`), 1)
	require.Regexp(t, `level=WARN msg="push refused" account=demo cause=signature error=.* more=0`, log.String())
	h.clock.Add(999 * time.Millisecond)
	forged(1)
	require.Len(t, log.lines(`msg="push refused"`), 1)
	h.clock.Add(time.Millisecond)
	forged(1)
	require.Len(t, log.lines(`msg="push refused"`), 2)
	require.Contains(t, log.lines(`msg="push refused"`)[1], " more=4")
	h.clock.Add(time.Second)
	_, ok := h.fleet.Verify("demo", wechat.Query{Signature: "forged", EchoStr: "echo"})
	require.False(t, ok)
	require.Contains(t, log.lines(`msg="push refused"`)[2], " more=0", "those were told of")
}

// TestTheLogTellsOfWhatWasCutOff: a process that was killed, and panics.
func TestTheLogTellsOfWhatWasCutOff(t *testing.T) {
	var log safeBuffer
	h := newHouse(t, map[string]files{"demo": {"main.lua": loggedScript, "account.yaml": unhurried + "\nkind: service\nhooks: { paid: {} }"}}, logged(&log))
	h.deliver(h.text("amy", "1", "act"))
	h.api.await(t, "sleep", 1)
	h.kill()
	h.open()
	line := log.await(t, `msg="turn interrupted"`)
	r := h.turns[len(h.turns)-1]
	require.Equal(t, bot.Interrupted, r.Outcome)
	require.Regexp(t, `level=WARN msg="turn interrupted" account=demo trace=`+r.Trace+` began=`+noon.Format(time.DateOnly), line)
}

func TestTheLogTellsOfPanics(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(o *bot.Options)
		seen   string
		cause  string
		stack  string
	}{
		{"while a script runs", func(o *bot.Options) { o.Rand = brokenChance{} }, "抱歉，出了点问题，我们已收到通知", "no chance to be had", "think"},
		{"while a turn is reported", func(o *bot.Options) {
			told, first := o.Events.Turn, true
			o.Events.Turn = func(r bot.TurnReport) {
				if first {
					first = false
					panic("nobody listens")
				}
				told(r)
			}
		}, "hi", "nobody listens", "record"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log safeBuffer
			h := newHouse(t, map[string]files{"demo": {"main.lua": failingScript}}, logged(&log), tt.change)
			require.Equal(t, tt.seen, h.say(h.text("amy", "1", "hello")).seen())
			line := log.await(t, `msg="a turn panicked"`)
			require.Regexp(t, `level=ERROR msg="a turn panicked" account=demo trace=[0-9A-Z]+ cause=.*`+tt.cause+`.* stack=.*`+tt.stack, line)
			require.Equal(t, tt.seen, h.say(h.text("amy", "2", "hello")).seen(), "the fan's next message does not wait for it")
			require.Zero(t, h.fleet.Account("demo").Status().Turns)
		})
	}
}

func TestTheLogTellsOfAScriptsFolderThatIsMissing(t *testing.T) {
	var log safeBuffer
	h := newHouse(t, nil, logged(&log))
	require.Empty(t, log.lines("is not there yet"))
	h.close()
	require.NoError(t, os.Remove(h.dir))
	h.open()
	require.Regexp(t, `level=WARN msg="the scripts folder is not there yet" scripts=`+h.dir, log.await(t, "the scripts folder is not there yet"))
}

// What other processes have decided cannot be read: that is said once, and again when it was mended in between.
func TestTheLogSaysOnceThatTheRowsCannotBeRead(t *testing.T) {
	var log safeBuffer
	polls := make(chan time.Time)
	h := newHouse(t, map[string]files{"demo": saying("one")}, logged(&log), func(o *bot.Options) { o.Polls = polls })
	look := func() {
		for range 3 { // the last is taken only after those before it were dealt with
			polls <- time.Time{}
		}
	}
	for n := range 2 {
		look()
		h.damage("ALTER TABLE accounts RENAME TO away")
		look()
		require.Len(t, log.lines(`level=WARN msg="what other processes have decided of accounts cannot be read; it is tried again"`), n+1)
		h.damage("ALTER TABLE away RENAME TO accounts")
	}
	require.Contains(t, log.String(), "no such table")
}

// TestTheLogTellsOfBuilds that are not kept, and of those that were and cannot serve.
func TestTheLogTellsOfBuilds(t *testing.T) {
	var log safeBuffer
	long := files{"main.lua": saying("one")["main.lua"] + strings.Repeat("-- as long as this\n", 100)}
	h := newHouse(t, map[string]files{"demo": long}, logged(&log), func(o *bot.Options) { o.After = soon })
	first := h.built("demo")[0]
	h.write("demo", files{"main.lua": "on.text(", "account.yaml": "limits: { source_file: 1KiB, script_time: 5m, total_time: 5m }"})
	require.Error(t, h.load("demo").Err)
	require.Regexp(t, `level=WARN msg="account.yaml has changed, and the build that serves cannot go on with it" account=demo build=`+first+` error=.*main.lua`, log.await(t, "cannot go on with it"))
	require.Equal(t, "one", h.hears("demo"))

	h.damage("CREATE TRIGGER broken BEFORE INSERT ON builds BEGIN SELECT RAISE(ABORT, 'the disk is broken'); END")
	h.clock.Add(time.Second)
	h.write("demo", files{"main.lua": saying("two")["main.lua"], "account.yaml": unhurried})
	require.NoError(t, h.load("demo").Err)
	require.Regexp(t, `level=WARN msg="the build that serves could not be kept; it is tried again" account=demo error=.*the disk is broken`, log.await(t, "could not be kept; it is tried again"))
	h.damage("DROP TRIGGER broken")
	h.until("it is kept after all", func() bool {
		builds, err := h.store.Builds(t.Context(), "demo")
		return err == nil && len(builds) == 2
	})
	require.Len(t, log.lines("could not be kept; it is tried again"), 1)

	_, err := h.fleet.Rollback(t.Context(), "demo", first, operator)
	require.NoError(t, err)
	require.Equal(t, "one", h.hears("demo"))
	h.close()
	h.damage("DELETE FROM files")
	h.reopen()
	require.Regexp(t, `level=WARN msg="the build that shall serve cannot be loaded with this program" account=demo build=`+first+` error=`, log.await(t, "that shall serve"))
	require.Equal(t, "two", h.hears("demo"), "the folder is there")
}

// soon is a clock by which nothing takes long.
func soon(d time.Duration, fn func()) (stop func() bool) {
	return time.AfterFunc(min(d, 20*time.Millisecond), fn).Stop
}
