package bindings

import (
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

func jobFamily() Family {
	top := Text{
		"Raises inside a handler: it is declared at the top level, and must not depend on time or chance.",
		"在处理函数里调用时报错：只能在顶层声明，且不能依赖时间或随机数。",
	}
	return Family{
		Name: "job",
		Doc: Text{
			"What is done at a time, and not because somebody wrote. A job has no msg and no fan; what its function returns counts for nothing. It may make 2,000 calls to WeChat and take 10 minutes, and computes for 1 s as every turn does.",
			"到时间做的事，而不是因为有人发消息。任务没有 msg，也没有粉丝；函数的返回值不起作用。一次最多调用微信 2,000 次、历时 10 分钟，计算时间同样是 1 秒。",
		},
		Functions: []Function{everyFunction(top), taskFunction(top), afterFunction(), cancelFunction(), continueFunction()},
		Fields: []Field{
			{"id", "string?", Text{"Of the job that runs; nil in every other turn, as all fields of job.", "正在运行的任务的编号；不在任务里时为 nil，其他字段也一样。"}},
			{"name", "string?", Text{"Of the every or the task.", "every 或 task 的名字。"}},
			{"due", "integer?", Text{"When it was due, in Unix seconds.", "应当运行的时间，Unix 秒。"}},
			{"attempt", "integer?", Text{"Which try this is; 1 is the first.", "第几次尝试；第一次为 1。"}},
			{"step", "integer?", Text{"How often job.continue has gone on; 0 at first.", "job.continue 接着做了几次；起初为 0。"}},
		},
	}
}

// Bounds of what a top level may declare.
const (
	maxEverys  = 100
	maxTasks   = 1_000
	maxJobName = 64 // bytes
)

// The kinds of jobs, as JobRun and errors name them.
const (
	KindEvery = "every"
	KindTask  = "task"
)

// declaredJob is an every or a task as the dry run of a build saw it.
type declaredJob struct {
	kind, name string
	schedule   Schedule // of an every
	label      string   // `main.lua:12 every("morning")`
	file       string
	line       int
}

// declareJob takes an every or a task of the top level. In the dry run of a build it goes on the index; in a turn it must
// be the one that the index has at this place.
func (c call) declareJob(kind, name string, fn lua.LValue, schedule func() Schedule) {
	if !c.turn.Loading() {
		c.fail("is declared at the top level, not inside a handler")
	}
	s := c.state
	x, n := s.index, len(s.jobs)
	if s.draft {
		file, line := c.turn.Where(c.L)
		j := declaredJob{kind: kind, name: name, file: file, line: line, label: label(file, line, kind, []string{name})}
		c.admitJob(x, j)
		if schedule != nil {
			j.schedule = schedule()
		}
		x.jobs = append(x.jobs, j)
	} else if n >= len(x.jobs) || x.jobs[n].kind != kind || x.jobs[n].name != name {
		c.fail("%s was not declared so when the script was loaded; it must not depend on time or chance", quote(name))
	}
	s.jobs = append(s.jobs, fn)
}

// admitJob refuses a name that is taken, and more than a build may have.
func (c call) admitJob(x *index, j declaredJob) {
	same := 0
	for i := range x.jobs {
		if x.jobs[i].kind != j.kind {
			continue
		}
		if same++; x.jobs[i].name == j.name {
			c.fail("%s is declared already at %s:%d; want another name", quote(j.name), x.jobs[i].file, x.jobs[i].line)
		}
	}
	c.turn.Steps(c.L, len(x.jobs))
	if most := map[string]int{KindEvery: maxEverys, KindTask: maxTasks}[j.kind]; same >= most {
		c.fail("more than %d; one function can do several things, with arguments that say which", most)
	}
}

// jobName is the name of an every or a task.
func (a arguments) jobName(what, name string) string {
	if name == "" || len(name) > maxJobName {
		a.fail("%s is %s long; want 1 to %d", what, plural(len(name), "byte"), maxJobName)
	}
	if where := torn(name); where != "" {
		a.fail("%s %s", what, where)
	}
	return name
}

// jobProxy is what job shows beside its functions: the job that runs.
func jobProxy() engine.Proxy {
	return engine.Proxy{
		Beside: true,
		Index: func(t *engine.Turn, key lua.LValue) lua.LValue {
			name, _ := key.(lua.LString)
			return stateOf(t).jobField(string(name))
		},
		All: func(t *engine.Turn) *lua.LTable {
			tb := t.L().CreateTable(0, len(jobFields))
			for _, name := range jobFields {
				tb.RawSetString(name, stateOf(t).jobField(name))
			}
			return tb
		},
	}
}

var jobFields = []string{"id", "name", "due", "attempt", "step"}

func (s *state) jobField(name string) lua.LValue {
	if s == nil || s.in == nil || s.in.JobRun == nil {
		return lua.LNil
	}
	switch j := s.in.JobRun; name {
	case "id":
		return lua.LString(j.ID)
	case "name":
		return lua.LString(j.Name)
	case "due":
		return lua.LNumber(j.Due.Unix())
	case "attempt":
		return lua.LNumber(j.Attempt + 1)
	case "step":
		return lua.LNumber(j.Step)
	}
	return lua.LNil
}
