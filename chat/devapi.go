package chat

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"moonwire/wechat/sim"
)

// Ask is what a client wants a fan to do.
type Ask struct {
	Account string   `json:"account"`
	Fan     string   `json:"fan"`
	Kind    string   `json:"kind"`
	Args    []string `json:"args"`
}

// Told is what became of it.
type Told struct {
	*sim.Delivery
	// Before is the number of the last line of the chat before the act; what came of it has higher ones.
	Before int64 `json:"before"`
}

// Refused is the answer to a request that made no sense, or could not be carried out.
type Refused struct {
	Error string `json:"error"`
}

// DevAPI lets the fans of a stand-in platform act, over HTTP, for the tools of a developer's machine:
//
//	POST /dev/push   {"account":"demo","fan":"amy","kind":"click","args":["TODAY"]} → Told
//	GET  /dev/chat   ?account=demo&fan=amy&after=12&wait=1s → the lines since, waiting for the first
//	GET  /dev/busy   ?account=demo&fan=amy&wait=30s → whether the bot has more to come, as soon as it has not
//	POST /dev/clock  {"move":"49h"} → the platform's new time
type DevAPI struct {
	Platform *sim.Platform
	// Unknown says why an account cannot be talked to, for one that the platform does not have; it may be nil.
	Unknown func(account string) string
	// Busy reports whether the bot is not done yet with what a fan did; nil: nobody can tell.
	Busy func(account, openid string) bool
}

// ServeHTTP serves the calls.
func (d DevAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + r.URL.Path {
	case "POST /dev/push":
		d.push(w, r)
	case "GET /dev/chat":
		d.chat(w, r)
	case "GET /dev/busy":
		d.busy(w, r)
	case "POST /dev/clock":
		d.clock(w, r)
	default:
		answer(w, http.StatusNotFound, Refused{"no such call: there are POST /dev/push, GET /dev/chat, GET /dev/busy, POST /dev/clock"})
	}
}

func (d DevAPI) push(w http.ResponseWriter, r *http.Request) {
	var ask Ask
	if !read(w, r, &ask) {
		return
	}
	act, err := Parse(ask.Kind, ask.Args)
	if err != nil {
		answer(w, http.StatusBadRequest, Refused{err.Error()})
		return
	}
	chat, err := d.Platform.Chat(ask.Account, ask.Fan)
	if err != nil {
		answer(w, http.StatusNotFound, Refused{d.why(ask.Account, err)})
		return
	}
	told := Told{Before: chat.Last()}
	told.Delivery = d.Platform.Push(r.Context(), ask.Account, ask.Fan, act)
	if told.Err != nil {
		answer(w, http.StatusBadRequest, Refused{told.Err.Error()})
		return
	}
	answer(w, http.StatusOK, told)
}

func (d DevAPI) chat(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	chat, err := d.Platform.Chat(q.Get("account"), q.Get("fan"))
	if err != nil {
		answer(w, http.StatusNotFound, Refused{d.why(q.Get("account"), err)})
		return
	}
	after, _ := strconv.ParseInt(q.Get("after"), 10, 64)
	wait, _ := time.ParseDuration(q.Get("wait"))
	ctx, cancel := context.WithTimeout(r.Context(), min(wait, longestPoll))
	defer cancel()
	entries := chat.After(after)
	if len(entries) == 0 && wait > 0 {
		if entries, err = chat.Wait(ctx, after); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return // the client is gone
		}
	}
	answer(w, http.StatusOK, entries)
}

func (d DevAPI) why(account string, err error) string {
	if d.Unknown == nil || !errors.Is(err, sim.ErrNoAccount) {
		return err.Error()
	}
	return d.Unknown(account)
}

func (d DevAPI) clock(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Move string `json:"move"`
	}
	if !read(w, r, &ask) {
		return
	}
	move, err := time.ParseDuration(ask.Move)
	if err != nil {
		answer(w, http.StatusBadRequest, Refused{"move: want a duration such as 49h or -10m"})
		return
	}
	answer(w, http.StatusOK, map[string]time.Time{"now": d.Platform.MoveClock(move)})
}

func read(w http.ResponseWriter, r *http.Request, into any) bool {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		answer(w, http.StatusBadRequest, Refused{"the body is no JSON of the wanted shape: " + err.Error()})
		return false
	}
	return true
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(body)
}
