package bindings

import (
	"context"
	"errors"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// taskHandle is what task(…) gives: a value that after takes.
type taskHandle struct{ name string }

func taskOf(v lua.LValue) *taskHandle {
	u, ok := v.(*lua.LUserData)
	if !ok {
		return nil
	}
	h, _ := u.Value.(*taskHandle)
	return h
}

var tTask = Type{
	Lua: "Task|string", Want: Text{"what task(…) gave, or the name of a task", "task(…) 的返回值，或任务名"},
	fits: func(v lua.LValue) bool { return v.Type() == lua.LTString || taskOf(v) != nil },
}

func taskFunction(top Text) Function {
	return Function{
		Name: "task", Forms: params(Param{Name: "name", Type: tString}, Param{Name: "fn", Type: tJobFunction}), Returns: []Result{{"task", "Task"}}, run: taskDeclare,
		Doc: Text{
			"Declares what after(…) can have done later. The function gets the arguments that after was given. A job finds its task by the name, in the build that is live when it is due: keep the name as long as jobs wait for it.",
			"声明一件可由 after(…) 安排到以后做的事。函数得到 after 给的参数。任务到期时按名字在当时生效的构建里找：还有任务在等时不要改名。",
		},
		Example: `local remind = task("remind", function(args)
  send.text(args.openid, "您的茶凉了吗？")
end)
on.text("提醒我", function(msg)
  after("10m", remind, { openid = msg.openid })
  return "好，十分钟后提醒您"
end)`,
		Errors: []Text{{
			"Raises when a name is there twice: the error has both lines. A build may have 1,000.",
			"名字重复时报错，并指出两处行号。一个构建最多 1,000 个。",
		}, top},
	}
}

func taskDeclare(c call) int {
	name := c.jobName(c.argument(1), c.text(1))
	c.declareJob(KindTask, name, c.arg(2), nil)
	u := c.L.NewUserData()
	u.Value = &taskHandle{name}
	return c.push(u)
}

func afterFunction() Function {
	return Function{
		Name: "after", run: afterCall, Reach: ReachActs, Returns: []Result{{"id", "string"}},
		Forms: params(Param{Name: "when", Type: tDuration}, Param{Name: "task", Type: tTask}, optional("args", tPlain),
			optional("options", Type{Lua: "{id: string?, retry: {times: integer, backoff: string|number?}?}", Want: tTable.Want, fits: tTable.fits})),
		Doc: Text{
			`Has a task done later, and gives the id of the job. when is a duration ("30m", or a number of seconds), or a time in Unix seconds. The job is on the disk when the turn ends: it survives restarts, and the end of the machine's process. ` +
				`With id there is one job of that id: the same id again takes its place. With retry = {times = 3, backoff = "1m"} a job that failed is tried again after 1, 2 and 4 minutes; else it is not. A job that the end of its process cut short goes on by its journal: what it had done is not done again, and a call that was cut in its middle gives nil, err.`,
			`安排一个任务以后再做，返回任务的编号。when 是时长（"30m" 或秒数），或 Unix 秒表示的时间。本轮结束时任务已写到磁盘：重启、进程被杀都不会丢。` +
				`给了 id，同一个 id 只有一个任务：再次使用会替换原来的。retry = {times = 3, backoff = "1m"} 表示失败后隔 1、2、4 分钟再试；不写就不再试。因进程结束而中断的任务会按日志继续：做过的不再做，正好被打断的那个调用返回 nil, err。`,
		},
		Example: `local close = task("close", function(args) store.delete("cart:" .. args.openid) end)
on.text("下单", function(msg)
  after("30m", close, { openid = msg.openid }, { id = "close:" .. msg.openid, retry = { times = 3, backoff = "1m" } })
  return "请在 30 分钟内付款"
end)`,
		Errors: []Text{{
			"Raises when the task is not declared, the time is more than ten years away, the arguments are no plain data or have more than 16 KiB of JSON, an id has not 1 to 128 bytes, and at the top level.",
			"任务没有声明、时间在十年以后、参数不是普通数据或其 JSON 超过 16 KiB、id 不是 1 至 128 字节，或在顶层调用时报错。",
		}, {
			"Raises when 100,000 jobs of the account are open. Counts as a call of store.*.",
			"账号有 100,000 个未完成的任务时报错。计入 store.* 的次数。",
		}},
	}
}

const (
	maxJobArgs = 16 << 10
	maxJobID   = 128
	maxRetries = 20
	// everyIDs begins the ids of jobs of every, which no script may use.
	everyIDs = "every:"
	// firstUnixTime is the least number that is a time and not a number of seconds: those end at ten years.
	firstUnixTime = 1_000_000_000

	shortestBackoff, usualBackoff, longestBackoff = time.Second, time.Minute, 24 * time.Hour
)

// afterCall is after(when, task, args, {id =, retry = {times =, backoff =}}).
func afterCall(c call) int {
	o := JobOrder{Task: c.taskName(), Args: c.jobArgs(3)}
	due := c.dueTime()
	if tb := c.table(4); tb != nil {
		c.jobOptions(c.record("options", tb, "id", "retry"), &o)
	}
	v := c.effect(engine.Effect{Kind: engine.KindStore, Weight: acts, Label: strings.TrimSpace(o.Task + " " + o.ID)}, func(ctx context.Context) (any, error) {
		if c.state.in == nil || c.state.in.Memory == nil {
			return nil, errNoMemory
		}
		o.Due = due(c.turn.Now())
		id, err := c.state.in.Memory.PutJob(ctx, o)
		if errors.Is(err, ErrJobsFull) {
			return nil, nil
		}
		return id, err
	})
	if v == nil {
		c.fail("100,000 jobs of the account are due or running, and that is the most; cancel some, or let one job do more")
	}
	return c.pushText(v.(string))
}

// taskName is the task in argument 2.
func (c call) taskName() string {
	name := c.text(2)
	if h := taskOf(c.arg(2)); h != nil {
		name = h.name
	}
	if !c.state.index.hasJob(KindTask, name) {
		var known []string
		for _, j := range c.state.index.jobs {
			if j.kind == KindTask {
				known = append(known, j.name)
			}
		}
		c.fail("%s is %s, and no task has that name%s", c.argument(2), quote(name), didYouMean(name, known))
	}
	return name
}

func (x *index) hasJob(kind, name string) bool { return x.job(kind, name) >= 0 }

// job is the ordinal of an every or a task; -1 for none.
func (x *index) job(kind, name string) int {
	for n := range x.jobs {
		if x.jobs[n].kind == kind && x.jobs[n].name == name {
			return n
		}
	}
	return -1
}

// jobArgs is argument n as JSON; nil for nil.
func (a arguments) jobArgs(n int) []byte {
	v := a.arg(n)
	if v == lua.LNil {
		return nil
	}
	b, err := a.encodeJSON(v, jsonDepth, maxJobArgs)
	if err != nil {
		a.fail("%s: %s", a.argument(n), err)
	}
	if len(b) > maxJobArgs {
		a.fail("%s has %d bytes as JSON; want at most %d", a.argument(n), len(b), maxJobArgs)
	}
	return b
}

// dueTime reads when in argument 1.
func (c call) dueTime() func(now time.Time) time.Time {
	if n, ok := c.arg(1).(lua.LNumber); ok && float64(n) >= firstUnixTime {
		at := time.Unix(int64(n), 0)
		if float64(n) > 1<<40 || at.Sub(c.turn.Now()) > maxDuration {
			c.failArg(1, "is more than ten years away", "Unix seconds of a nearer time")
		}
		return func(time.Time) time.Time { return at }
	}
	d, ok := durationOf(c.arg(1))
	if !ok {
		c.failArg(1, "is "+quote(valueText(c.arg(1))), tDuration.Want.EN+", or a time in Unix seconds")
	}
	return func(now time.Time) time.Time { return now.Add(d) }
}

func (c call) jobOptions(o record, j *JobOrder) {
	if o.get("id") != lua.LNil {
		if j.ID = o.text("id"); j.ID == "" || len(j.ID) > maxJobID {
			o.fail("id is %s long; want 1 to %d", plural(len(j.ID), "byte"), maxJobID)
		}
		if strings.HasPrefix(j.ID, everyIDs) {
			o.fail("id is %s; an id that begins with %s belongs to an every", quote(j.ID), everyIDs)
		}
	}
	tb := o.inner("retry")
	if tb == nil {
		return
	}
	r := c.record("options: retry", tb, "times", "backoff")
	if times := r.integer("times"); times < 1 || times > maxRetries {
		r.fail("times is %d; want 1 to %d", times, maxRetries)
	} else {
		j.Retries = int(times)
	}
	j.Backoff = usualBackoff
	if v := r.get("backoff"); v != lua.LNil {
		d, ok := durationOf(v)
		if !ok || d < shortestBackoff || d > longestBackoff {
			r.fail(`backoff is %s; want "1s" to "24h", or a number of seconds`, brief(valueText(v)))
		}
		j.Backoff = d
	}
}

func cancelFunction() Function {
	return Function{
		Name: "cancel", Forms: params(Param{Name: "id", Type: tString}), Returns: []Result{{"cancelled", "boolean"}}, run: cancelCall, Reach: ReachActs,
		Doc: Text{
			"Takes back a job of after(…); says whether there was one. One that runs goes on to its end, and nothing comes after it.",
			"取消 after(…) 安排的任务；返回之前是否有。正在运行的会做完这一次，之后不再继续。",
		},
		Example: `on.text("付好了", function(msg) return cancel("close:" .. msg.openid) and "收到" or "没有待付款的订单" end)`,
		Errors: []Text{{
			"Raises when the id has not 1 to 128 bytes, and at the top level. Counts as a call of store.*.",
			"id 不是 1 至 128 字节，或在顶层调用时报错。计入 store.* 的次数。",
		}},
	}
}

func cancelCall(c call) int {
	id := c.text(1)
	if id == "" || len(id) > maxJobID {
		c.failArg(1, "is "+plural(len(id), "byte")+" long", "the id that after gave, or was given")
	}
	cancelled := c.remember(acts, id, func(ctx context.Context, m Memory) (any, error) { return m.CancelJob(ctx, id) })
	return c.push(lua.LBool(cancelled.(bool)))
}
