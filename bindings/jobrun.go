package bindings

import (
	"context"
	"errors"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// ErrJobsFull is what Memory.PutJob answers when the account has as many jobs as it may.
var ErrJobsFull = errors.New("the account has as many jobs as it may")

// Jobs is what scripts have done later.
type Jobs interface {
	// PutJob has a task done at its time, in place of the job with the same id, and gives the id.
	PutJob(ctx context.Context, j JobOrder) (id string, err error)
	// CancelJob takes a job back, and says whether there was one.
	CancelJob(ctx context.Context, id string) (bool, error)
}

// JobOrder is a task that is to be done.
type JobOrder struct {
	ID      string // "" = one is made up
	Task    string
	Due     time.Time
	Args    []byte // JSON; nil = nil
	Retries int
	Backoff time.Duration
}

// JobRun is a job that runs.
type JobRun struct {
	ID, Kind, Name string
	Args           []byte // JSON; nil = nil
	Due            time.Time
	Step, Attempt  int
	Pieces         [][]byte // the journal of a run that was cut short; none = it begins
}

// maxResumes is how often a run goes on that was cut short: what ends the process each time must not do so for ever.
const maxResumes = 5

// Continued says that a job goes on at once, with other arguments.
type Continued struct{ Args []byte }

// HasJob reports whether the program has an every or a task of that name.
func (p *Program) HasJob(kind, name string) bool { return p.index().hasJob(kind, name) }

// ErrInterrupted is the error of RunJob when the process has ended too often while the job ran.
var ErrInterrupted = errors.New("the process ended again and again while it ran; what it had done stands")

// ErrNoTask is the error of RunJob when the program has no such every or task.
var ErrNoTask = errors.New("there is no such task")

// RunJob runs the function of an every or a task. Outcome.Continued says that it goes on. The error is ErrNoTask, or as
// that of Answer.
func (p *Program) RunJob(ctx context.Context, in Input, j JobRun) (Outcome, error) {
	n := p.index().job(j.Kind, j.Name)
	if n < 0 {
		return Outcome{}, ErrNoTask
	}
	in.Message, in.OpenID, in.Job, in.JobRun = nil, "", true, &j
	out, err := p.do(ctx, in, func(s *state, t *engine.Turn) error {
		if err := s.declared(); err != nil {
			return err
		}
		return s.runJob(t, n)
	})
	if err != nil {
		out.Continued = nil
	}
	return out, err
}

// jobFunction is the name under which what a job is given is made.
var jobFunction = Function{Name: "job", Forms: params()}

func (s *state) runJob(t *engine.Turn, n int) error {
	j := &s.index.jobs[n]
	s.out.Rule = j.label
	if n >= len(s.jobs) {
		return j.blame(&engine.ScriptError{Msg: j.kind + ": it was declared when the script was loaded and is missing now; it must not depend on time or chance"})
	}
	journal, err := s.jobJournal(t)
	if err != nil {
		return err
	}
	arg := lua.LValue(lua.LNil)
	if args := s.in.JobRun.Args; args != nil {
		var bad error
		err = s.inside(t, func(L *lua.LState) { arg, bad = callOf(L, t, &jobFunction).decodeJSON(string(args), plainIDs) })
		if err == nil && bad != nil {
			err = &engine.ScriptError{Msg: "job: the arguments are no JSON: " + bad.Error()}
		}
		if err != nil {
			return j.blame(err)
		}
	}
	t.SetJournal(journal)
	defer t.SetJournal(nil)
	if _, err := t.Call(s.jobs[n], arg); err != nil {
		return j.blame(err)
	}
	s.out.Ran, s.out.Handled = true, true
	return nil
}

// jobJournal takes up what the run of the job has done that was cut short, or begins a journal.
func (s *state) jobJournal(t *engine.Turn) (*Journal, error) {
	run := s.in.JobRun
	j, err := ReadJournal(run.Pieces, JobJournal, s.in.Keeper)
	if err != nil {
		return nil, err
	}
	j.doubt = func(e engine.Effect) {
		s.warn("nobody knows whether %s %s was done: the program ended in its middle; the script was given nil, err", e.Function, quietly(e.Label))
	}
	if j.begun == nil {
		j.note(recordBegin, run.Name, []any{float64(run.Due.UnixMilli())}, nil)
		return j, nil
	}
	if due, ok := j.begun.args[0].(float64); ok {
		run.Due = time.UnixMilli(int64(due))
	}
	if j.turns >= maxResumes {
		return nil, ErrInterrupted
	}
	j.note(recordTurn, s.p.build.ID)
	return j, j.keep(t.Context(), true)
}

// blame gives an error that happened in no line of the script the line of the declaration.
func (j *declaredJob) blame(err error) error {
	return (&rule{file: j.file, line: j.line}).blame(err)
}

func continueFunction() Function {
	return Function{
		Name: "job.continue", Forms: params(optional("args", tPlain)), run: jobContinue,
		Doc: Text{
			"Lets the job that runs go on with a next step, once its function has returned: the function is called again at once, with these arguments. So a long work is done in steps, each with the limits of a job, and goes on where it was after a restart. Without it the job is done. Said twice, the last counts; after an error none does.",
			"让正在运行的任务在函数返回后接着做下一步：函数立即以这些参数再次被调用。这样长的工作可以一步一步做，每一步都有完整的限额，重启后从中断处继续。不调用就表示做完了。调用多次以最后一次为准；出错时不算。",
		},
		Example: `every("0 9 * * *", function(at)
  local fans, next = store.list("fan:", { after = at, limit = 100 })
  for _, fan in ipairs(fans) do send.text(fan.value, "今日新茶：龙井") end
  if next then job.continue(next) end
end, { name = "news" })`,
		Errors: []Text{{
			"Raises outside of a job, when the arguments are no plain data or have more than 16 KiB of JSON, and after 10,000 steps.",
			"不在任务里、参数不是普通数据或其 JSON 超过 16 KiB，或已接着做 10,000 步时报错。",
		}},
	}
}

// maxSteps is how often a job may go on: what is longer most likely never ends.
const maxSteps = 10_000

func jobContinue(c call) int {
	in := c.state.in
	switch {
	case in == nil || in.JobRun == nil:
		c.fail("no job runs here; only the function of an every or a task can go on with a next step")
	case in.JobRun.Step >= maxSteps:
		c.fail("the job has gone on %d times; want fewer, larger steps", in.JobRun.Step)
	}
	c.state.out.Continued = &Continued{Args: c.jobArgs(1)}
	return 0
}
