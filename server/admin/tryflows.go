package admin

import (
	"context"
	"encoding/base64"
	"errors"
	"maps"
	"net/http"
	"slices"

	"moonwire/bot"
	"moonwire/server/openapi"
	"moonwire/store"
)

// maxDraft is how large a draft may be, in bytes of its JSON, and maxDraftFiles how many files it may have.
const (
	maxDraft      = 8 << 20
	maxDraftFiles = 2000
)

// Draft is the body of flows/try: a folder as it is on the disk of who asks. Of media the sizes are enough.
type Draft struct {
	Account string           `json:"account"`
	Files   []DraftFile      `json:"files"`
	Media   map[string]int64 `json:"media,omitempty"`
}

// DraftFile is one file of a draft, its name seen from the account's folder.
type DraftFile struct {
	Name   string `json:"name"`
	Base64 []byte `json:"base64"`
}

// Tried is what a draft would do to those who wait.
type Tried struct {
	Account string       `json:"account"`
	Waiting int64        `json:"waiting"`
	Tried   int          `json:"tried"`
	GoOn    int          `json:"go_on"`
	Unsure  int          `json:"unsure"`
	Differ  []TriedAsked `json:"differ"`
	Why     string       `json:"why,omitempty"`
	Anew    bool         `json:"anew"`
	Words   string       `json:"words"`
}

// TriedAsked is a question that a draft does not come to, and for how many.
type TriedAsked struct {
	Question string `json:"question"`
	Fans     int    `json:"fans"`
}

func draftShape() shape {
	return object("",
		need("account", accountName()),
		need("files", list("", object("", need("name", text("").Within(1, 256)), need("base64", text("")))).Within(1, maxDraftFiles)),
		may("media", table("Files of media/ by name, with their sizes in bytes", whole("")).Within(0, maxDraftFiles)))
}

func triedShape() shape {
	return object("",
		need("account", text("")), need("waiting", whole("Fans who are waited for")), need("tried", whole("Of these; at most 200, for 50 ms")),
		need("go_on", whole("Of those tried")), need("unsure", whole("Nobody can tell without asking outside")),
		need("differ", list("Questions that the draft does not come to", object("", need("question", text("")), need("fans", whole(""))))),
		may("why", text("The first of them does not")), need("anew", yesNo("They are asked anew at once; false: the build that asked goes on for a day")), need("words", text("All that in one line")))
}

const triedExample = `{"account":"shop","waiting":41203,"tried":200,"go_on":197,"unsure":0,"differ":[{"question":"电话?","fans":3}],` +
	`"why":"the script asks 「手机号?」 where the fan was asked 「电话?」","anew":false,"words":"41,203 wait; of 200 tried 197 go on, 3 go on with the build that asked, for a day, at 「电话?」: the script asks 「手机号?」 where the fan was asked 「电话?」"}`

// drafted is a draft as it came.
type drafted struct {
	Files []struct{ Name, Base64 string }
	Media map[string]int64
}

func (b *drafted) draft() (d bot.Draft, err error) {
	d.Media = b.Media
	for _, f := range b.Files {
		bytes, err := base64.StdEncoding.DecodeString(f.Base64)
		if err != nil {
			return d, openapi.BadField("files", f.Name+": base64 is none")
		}
		d.Files = append(d.Files, store.File{Name: f.Name, Bytes: bytes})
	}
	return d, nil
}

func tryFlows(ctx context.Context, q *ask) (any, error) {
	var body struct {
		Account string
		drafted
	}
	if err := q.read(&body); err != nil {
		return nil, err
	}
	d, err := body.draft()
	if err != nil {
		return nil, err
	}
	t, anew, err := q.fleet.TryFlows(ctx, body.Account, d)
	switch {
	case errors.Is(err, bot.ErrNotServing):
		return nil, &openapi.Failure{Kind: openapi.Conflict, Status: http.StatusConflict, Field: "account", Message: "the account does not serve"}
	case err != nil:
		return nil, &openapi.Failure{Kind: openapi.InvalidParameter, Status: http.StatusBadRequest, Field: "files", Message: "the folder cannot serve: " + err.Error()}
	}
	answer := Tried{Account: body.Account, Waiting: t.Waiting, Tried: t.Tried, GoOn: t.GoOn, Unsure: t.Unsure, Differ: []TriedAsked{}, Why: t.Why, Anew: anew, Words: t.Words(anew)}
	for _, question := range slices.Sorted(maps.Keys(t.Differ)) {
		answer.Differ = append(answer.Differ, TriedAsked{question, t.Differ[question]})
	}
	return answer, nil
}
