package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/mux"
)

// longPoll is the longest a transcript request waits for something new.
const longPoll = 60 * time.Second

// control is the interface under /platform/ that steers the stand-in: accounts, fans and what they do, the
// clock, faults, transcripts. JSON in and out; {"error": …} with a fitting status on failure.
func (p *Platform) control(r *mux.Router) {
	r.Use(http.NewCrossOriginProtection().Handler)
	handle := func(method, path string, fn func(*ask) (any, error)) {
		r.Path(path).Methods(method).HandlerFunc(func(w http.ResponseWriter, req *http.Request) { p.steer(w, req, fn) })
	}
	handle("GET", "/accounts", listAccounts)
	handle("GET", "/accounts/{account}", showAccount)
	handle("PUT", "/accounts/{account}", putAccount)
	handle("DELETE", "/accounts/{account}", dropAccount)
	handle("POST", "/accounts/{account}/verify", verifyAccount)
	handle("POST", "/accounts/{account}/expire_tokens", expireTokens)
	handle("GET", "/accounts/{account}/calls", listCalls)
	handle("POST", "/accounts/{account}/acts", systemAct)
	handle("PUT", "/accounts/{account}/agents/{kf}", setAgent)
	handle("GET", "/accounts/{account}/fans", listFans)
	handle("PATCH", "/accounts/{account}/fans/{fan}", changeFan)
	handle("DELETE", "/accounts/{account}/fans/{fan}", forgetFan)
	handle("POST", "/accounts/{account}/fans/{fan}/acts", fanActs)
	handle("POST", "/accounts/{account}/fans/{fan}/agent_says", agentSays)
	handle("POST", "/accounts/{account}/fans/{fan}/change_password", changePassword)
	handle("POST", "/accounts/{account}/fans/{fan}/comments", addComment)
	handle("DELETE", "/accounts/{account}/fans/{fan}/comments/{id}", takeBackComment)
	handle("GET", "/accounts/{account}/fans/{fan}/transcript", readTranscript)
	handle("GET", "/accounts/{account}/fans/{fan}/menu", menuOfFan)
	handle("GET", "/clock", showClock)
	handle("POST", "/clock", moveClock)
	handle("GET", "/faults", listFaults)
	handle("POST", "/faults", addFault)
	handle("DELETE", "/faults", clearFaults)
	handle("DELETE", "/faults/{id}", clearFaults)
	handle("GET", "/state", saveState)
	handle("PUT", "/state", loadState)
	r.NotFoundHandler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusNotFound, map[string]string{"error": "no such address of the control interface"})
	})
}

// ask is one request of the control interface.
type ask struct {
	p    *Platform
	req  *http.Request
	vars map[string]string
	body []byte
}

func (p *Platform) steer(w http.ResponseWriter, r *http.Request, fn func(*ask) (any, error)) {
	body, status, err := readBody(w, r, 64<<20)
	if err != nil {
		reply(w, status, map[string]string{"error": err.Error()})
		return
	}
	v, err := fn(&ask{p: p, req: r, vars: mux.Vars(r), body: body})
	switch {
	case errors.Is(err, ErrNoAccount):
		reply(w, http.StatusNotFound, map[string]string{"error": err.Error()})
	case err != nil:
		reply(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
	default:
		reply(w, http.StatusOK, v)
	}
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(quoteJSON(v), '\n'))
}

// read takes the JSON body; unknown keys are an error, since a typing mistake would steer nothing.
func (a *ask) read(v any) error {
	if len(a.body) == 0 {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(a.body))
	dec.DisallowUnknownFields()
	return dec.Decode(v)
}

// span is a duration in JSON: "48h", "1.5s", or a number of seconds.
type span time.Duration

func (s *span) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) != nil {
		seconds, err := strconv.ParseFloat(string(b), 64)
		*s = span(seconds * float64(time.Second))
		return err
	}
	d, err := time.ParseDuration(text)
	*s = span(d)
	return err
}

func (s span) MarshalText() ([]byte, error) { return []byte(time.Duration(s).String()), nil }

func ok() map[string]bool { return map[string]bool{"ok": true} }
