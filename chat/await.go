package chat

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// awaitEvery is how often the developer API looks whether the bot is done with a fan; nobody is told of it.
const awaitEvery = 20 * time.Millisecond

// longestPoll is how long one question to it may take: less than a server waits for a whole request.
const longestPoll = 5 * time.Second

// busyAnswer is what GET /dev/busy answers.
type busyAnswer struct {
	Busy bool `json:"busy"`
}

// busy answers as soon as the bot is done with what a fan did, with all that it pushes included, or when the time
// is over.
func (d DevAPI) busy(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	chat, err := d.Platform.Chat(q.Get("account"), q.Get("fan"))
	if err != nil {
		answer(w, http.StatusNotFound, Refused{d.why(q.Get("account"), err)})
		return
	}
	wait, _ := time.ParseDuration(q.Get("wait"))
	over := time.NewTimer(min(wait, longestPoll))
	defer over.Stop()
	tick := time.NewTicker(awaitEvery)
	defer tick.Stop()
	for d.Busy != nil && d.Busy(q.Get("account"), chat.OpenID()) {
		select {
		case <-tick.C:
		case <-over.C:
			answer(w, http.StatusOK, busyAnswer{Busy: true})
			return
		case <-r.Context().Done():
			return
		}
	}
	answer(w, http.StatusOK, busyAnswer{})
}

// Busy waits until the bot is done with what a fan did, at most for the time given; true: it is not.
func (c Client) Busy(ctx context.Context, account, fan string, wait time.Duration) (bool, error) {
	for deadline := time.Now().Add(wait); ; {
		left := max(0, time.Until(deadline))
		q := url.Values{"account": {account}, "fan": {fan}, "wait": {min(left, longestPoll).String()}}
		var a busyAnswer
		err := c.do(ctx, http.MethodGet, "/dev/busy?"+q.Encode(), nil, &a)
		if err != nil || !a.Busy || left == 0 {
			return a.Busy, err
		}
	}
}
