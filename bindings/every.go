package bindings

import (
	"time"

	lua "github.com/yuin/gopher-lua"
)

var tJobFunction = Type{Lua: "JobFunction", Want: tFunction.Want, fits: tFunction.fits}

func everyFunction(top Text) Function {
	return Function{
		Name: "every", run: everyDeclare,
		Forms: params(Param{Name: "cron", Type: tString}, Param{Name: "fn", Type: tJobFunction}, Param{Name: "options", Type: Type{Lua: "{name: string}", Want: tTable.Want, fits: tTable.fits}}),
		Doc: Text{
			`Runs a function at the times of a cron, on the clocks of the account's time zone: minute, hour, day of the month, month, day of the week, or a word such as @daily. Once for each time, however many machines serve; a name is needed. ` +
				`A time that was missed is made up once if it is less than an hour old. A time that clocks skip in spring counts as the next one that there is, one that they show twice in autumn as the first. The function gets nil, or what job.continue was given.`,
			`按 cron 的时间运行一个函数，按账号的时区：分、时、日、月、星期，也可写 @daily 这样的词。每个时间只运行一次，无论有多少台机器；必须有名字。` +
				`错过的时间，不到一小时的补一次。夏令时跳过的时间算作之后第一个存在的时间，出现两次的只算第一次。函数得到 nil，或 job.continue 给的值。`,
		},
		Example: `every("0 9 * * 1-5", function()
  for openid in user.list() do send.text(openid, "早上好") end
end, { name = "morning" })`,
		Errors: []Text{{
			"Raises when the cron has not five fields or names a time that never comes, when there is no name, and when a name is there twice: the error has both lines.",
			"cron 不是五个字段、时间永远不会到、没有名字，或名字重复时报错；重复时指出两处行号。",
		}, top, {"A build may have 100.", "一个构建最多 100 个。"}},
	}
}

// everyDeclare is every(cron, fn, {name = …}).
func everyDeclare(c call) int {
	o := c.record("options", c.table(3), "name")
	if o.get("name") == lua.LNil {
		o.fail(`name is missing; want what this is called, as in { name = "morning" }`)
	}
	name := c.jobName("options: name", o.text("name"))
	c.declareJob(KindEvery, name, c.arg(2), func() Schedule {
		s, err := ParseCron(c.text(1), c.state.p.config.Location)
		if err != nil {
			c.fail("%s %s", c.argument(1), err)
		}
		return s
	})
	return 0
}

// An Every is an every(…) of a program.
type Every struct {
	Name     string
	Schedule Schedule
	Label    string // `main.lua:12 every("morning")`
}

// Everys are those of the program, in the order in which they are declared.
func (p *Program) Everys() (all []Every) {
	for _, j := range p.index().jobs {
		if j.kind == KindEvery {
			all = append(all, Every{j.name, j.schedule, j.label})
		}
	}
	return all
}

// Soon are the next times of an every after now, for people.
func (e Every) Soon(now time.Time, n int) (times []time.Time) {
	for t := e.Schedule.Next(now); !t.IsZero() && len(times) < n; t = e.Schedule.Next(t) {
		times = append(times, t)
	}
	return times
}
