package admin

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"

	"moonwire/bot"
	"moonwire/store"
)

// maxPublished is how many accounts may be named to be published; all are published without naming one.
const maxPublished = 1000

func buildID() shape { return text("Its id, or how it begins").Within(4, 64) }

func listBuilds(ctx context.Context, q *ask) (any, error) {
	o, err := q.of()
	if err != nil {
		return nil, err
	}
	builds, err := q.fleet.Builds(ctx, o.Account)
	if err != nil {
		return nil, err
	}
	live, err := q.store.Current(ctx, o.Account)
	if err != nil {
		return nil, err
	}
	answer := struct {
		Builds []Build `json:"builds"`
	}{[]Build{}}
	for _, b := range builds {
		answer.Builds = append(answer.Builds, buildOf(b, live.Build))
	}
	return answer, nil
}

// filesAnswer is the files of a build, written one by one: in JSON all together would take twice their room.
type filesAnswer []store.File

func (files filesAnswer) writeTo(w io.Writer) error {
	between := `{"files":[`
	for _, f := range files {
		name, err := json.Marshal(f.Name)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, `%s{"name":%s,"base64":"`, between, name); err != nil {
			return err
		}
		body := base64.NewEncoder(base64.StdEncoding, w)
		if _, err := body.Write(f.Bytes); err != nil {
			return err
		}
		if err := body.Close(); err != nil {
			return err
		}
		between = `"},`
	}
	_, err := io.WriteString(w, map[bool]string{true: `{"files":[]}`, false: `"}]}`}[len(files) == 0]+"\n")
	return err
}

func getBuild(ctx context.Context, q *ask) (any, error) {
	o, err := q.of()
	if err != nil {
		return nil, err
	}
	files, err := q.fleet.BuildFiles(ctx, o.Account, o.Build)
	return filesAnswer(files), err
}

func rollBack(ctx context.Context, q *ask) (any, error) {
	o, err := q.of()
	if err != nil {
		return nil, err
	}
	b, err := q.fleet.Rollback(ctx, o.Account, o.Build, q.by)
	return map[string]Build{"build": buildOf(b, b.ID)}, err
}

func publish(ctx context.Context, q *ask) (any, error) {
	var body struct {
		Accounts []string `json:"accounts"`
		Note     string   `json:"note"`
	}
	if err := q.read(&body); err != nil {
		return nil, err
	}
	known, err := q.accounts(ctx) // before: one that is published for the first time is none yet
	if err != nil {
		return nil, err
	}
	saved, err := q.fleet.Publish(ctx, body.Accounts, body.Note, q.by)
	if err != nil {
		return nil, err
	}
	answer := struct {
		Reports []Report `json:"reports"`
	}{[]Report{}}
	for _, r := range saved {
		report := reportOf(r)
		if _, there := known[r.Account]; !there && !r.Live {
			if near := nearest(r.Account, known); near != "" {
				report.Error += "; did you mean " + near + "?"
			}
		}
		answer.Reports = append(answer.Reports, report)
	}
	return answer, nil
}

func reportOf(s bot.SaveReport) Report {
	r := Report{Account: s.Account, Live: s.Live, Build: s.Build}
	if s.Err != nil {
		r.Error = s.Err.Error()
	}
	return r
}
