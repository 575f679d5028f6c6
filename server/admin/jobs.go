package admin

import (
	"context"
	"fmt"
	"strings"

	"moonwire/server/openapi"
	"moonwire/store"
)

// nextTimes is how many times of an every are shown.
const nextTimes = 5

// Job is what a script does at a time. Times are Unix seconds.
type Job struct {
	Account  string  `json:"account"`
	ID       string  `json:"id"`
	Kind     string  `json:"kind"`
	Name     string  `json:"name"`
	State    string  `json:"state"`
	Due      int64   `json:"due"`
	Step     int     `json:"step"`
	Attempt  int     `json:"attempt"`
	Retries  int     `json:"retries"`
	Stopping bool    `json:"stopping,omitempty"`
	Result   string  `json:"result,omitempty"`
	Error    string  `json:"error,omitempty"`
	Trace    string  `json:"trace,omitempty"`
	Began    int64   `json:"began,omitempty"`
	Ended    int64   `json:"ended,omitempty"`
	Args     string  `json:"args,omitempty"`
	Cron     string  `json:"cron,omitempty"`
	Next     []int64 `json:"next,omitempty"`
	Build    string  `json:"build,omitempty"`
	MadeAt   int64   `json:"made_at"`
}

func jobShape() shape {
	return object("",
		need("account", text("")), need("id", text("")), need("kind", text("").OneOf(string(store.JobEvery), string(store.JobTask))),
		need("name", text("Of the every or the task")), need("state", text("dead: the scripts have nothing of its name").OneOf(jobStates()...)),
		need("due", whole("When it runs, or ran")), need("step", whole("How often it has gone on with a next step")),
		need("attempt", whole("How often this step has failed")), need("retries", whole("How often a step is tried again")),
		may("stopping", yesNo("It runs, and nothing comes after it")),
		may("result", text("Of the last run: done, failed, interrupted (its process ended), missed (nothing ran when it was due)")),
		may("error", text("Of the last run")), may("trace", text("Of the last run")),
		may("began", whole("The last run")), may("ended", whole("The last run")),
		may("args", text("JSON; only where one job is shown")), may("cron", text("Time zone and cron of an every")),
		may("next", list("The next times of an every; only where one job is shown", whole(""))),
		may("build", text("That declared it")), need("made_at", whole("")))
}

const jobExample = `{"account":"shop","id":"close:oX3","kind":"task","name":"close","state":"due","due":1772416805,"step":0,"attempt":0,"retries":3,"made_at":1772415005}`

func jobID() shape { return text("Its id").Within(1, store.MaxJobID) }

func jobStates() []string {
	var words []string
	for _, s := range store.JobStates() {
		words = append(words, string(s))
	}
	return words
}

func jobOf(j store.Job) Job {
	return Job{
		Account: j.Account, ID: j.ID, Kind: string(j.Kind), Name: j.Name, State: string(j.State), Due: unix(j.Due),
		Step: j.Step, Attempt: j.Attempt, Retries: j.Retries, Stopping: j.State == store.JobRunning && j.Next == store.JobCancelled,
		Result: j.Result, Error: j.Error, Trace: j.Trace, Began: unix(j.Began), Ended: unix(j.EndedAt), Cron: j.Spec, Build: j.Build, MadeAt: unix(j.MadeAt),
	}
}

func listJobs(ctx context.Context, q *ask) (any, error) {
	var body struct {
		Account, State, After string
		Limit                 int
	}
	body.Limit = 50
	if err := q.read(&body); err != nil {
		return nil, err
	}
	if body.Account != "" {
		if err := q.known(ctx, "account", body.Account); err != nil {
			return nil, err
		}
	}
	filter := store.JobFilter{Account: body.Account, State: store.JobState(body.State), Limit: body.Limit}
	if body.After != "" {
		account, id, ok := strings.Cut(body.After, " ")
		if !ok || body.Account != "" && account != body.Account {
			return nil, openapi.BadField("after", "want `next` of the page before")
		}
		filter.After = store.Job{Account: account, ID: id}
	}
	found, err := q.store.Jobs(ctx, filter)
	if err != nil {
		return nil, err
	}
	page := struct {
		Jobs []Job    `json:"jobs"`
		Held []string `json:"held"`
		Next *string  `json:"next"`
	}{Jobs: []Job{}, Held: []string{}}
	for _, j := range found {
		page.Jobs = append(page.Jobs, jobOf(j))
	}
	if len(found) == body.Limit {
		last := found[len(found)-1]
		next := last.Account + " " + last.ID
		page.Next = &next
	}
	page.Held, err = q.held(ctx, body.Account)
	return page, err
}

// held names whose jobs are held, as far as that is about an account, "" = all of them.
func (q *ask) held(ctx context.Context, account string) ([]string, error) {
	holds, err := q.store.Holds(ctx)
	names := []string{}
	for _, h := range holds {
		switch {
		case h.Account == "":
			names = append(names, "*")
		case account == "" || account == h.Account:
			names = append(names, h.Account)
		}
	}
	return names, err
}

// ofJob is the body of the methods that are about one job.
type ofJob struct {
	Account string `json:"account"`
	ID      string `json:"id"`
}

func (q *ask) job() (o ofJob, err error) {
	err = q.read(&o)
	return o, err
}

func showJob(ctx context.Context, q *ask) (any, error) {
	o, err := q.job()
	if err != nil {
		return nil, err
	}
	j, found, err := q.store.Job(ctx, o.Account, o.ID)
	if err == nil && !found {
		err = fmt.Errorf("%w: %s", store.ErrNoJob, o.ID)
	}
	if err != nil {
		return nil, err
	}
	shown := jobOf(j)
	shown.Args = string(j.Args)
	if j.Kind == store.JobEvery {
		for _, t := range q.fleet.NextTimes(o.Account, j.Name, nextTimes) {
			shown.Next = append(shown.Next, unix(t))
		}
	}
	return shown, nil
}

func runJob(ctx context.Context, q *ask) (any, error) {
	o, err := q.job()
	if err != nil {
		return nil, err
	}
	j, err := q.fleet.RunJob(ctx, o.Account, o.ID, q.by)
	return jobOf(j), err
}

func cancelJob(ctx context.Context, q *ask) (any, error) {
	o, err := q.job()
	if err != nil {
		return nil, err
	}
	j, err := q.fleet.CancelJob(ctx, o.Account, o.ID, q.by)
	return jobOf(j), err
}

func holdJobs(ctx context.Context, q *ask) (any, error)   { return q.holds(ctx, q.fleet.HoldJobs) }
func resumeJobs(ctx context.Context, q *ask) (any, error) { return q.holds(ctx, q.fleet.ResumeJobs) }

func (q *ask) holds(ctx context.Context, change func(context.Context, string, store.Actor) (bool, error)) (any, error) {
	o, err := q.of()
	if err != nil {
		return nil, err
	}
	if o.Account != "" {
		if err := q.known(ctx, "account", o.Account); err != nil {
			return nil, err
		}
	}
	changed, err := change(ctx, o.Account, q.by)
	return map[string]bool{"changed": changed}, err
}
