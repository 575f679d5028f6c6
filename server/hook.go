package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"moonwire/bot"
)

// hookPrefix is where other systems call: POST /hook/{account}/{name}.
const hookPrefix = "/hook/"

// What a hook takes: a call a second on the average, and a minute's at once; its function has 10 s, so a call waits a
// little longer at most.
const (
	hookRate     = rate.Limit(1)
	hookBurst    = 60
	hookPatience = 15 * time.Second
	maxHookID    = 256     // bytes
	maxJudged    = 1 << 20 // bytes of a signed body, beyond those that a call may have
)

// hookKey is one hook of one account.
type hookKey struct{ account, hook string }

// Hook serves calls of other systems. Who cannot prove who he is gets the same empty 403 as a refused push.
func (s *Server) Hook() http.Handler { return s.hookBodies.guard(http.HandlerFunc(s.hook)) }

func (s *Server) hook(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), hookPatience)
	defer cancel()
	var key hookKey
	key.account, key.hook, _ = strings.Cut(strings.TrimPrefix(r.URL.Path, hookPrefix), "/")
	var h bot.HookDoor
	known := false
	if r.Method == http.MethodPost && key.hook != "" {
		h, known = s.fleet.FindHook(ctx, key.account, key.hook)
	}
	if !known {
		s.strayedHook(askedBy(r), false)
		w.WriteHeader(http.StatusForbidden)
		return
	}
	proof := strings.TrimSpace(r.Header.Get(h.Header))
	if proof == "" || h.Algorithm == "" && !h.Proves(proof, nil) {
		s.refuseHook(w, r, "the header "+h.Header+" is missing or does not prove who calls")
		return
	}
	switch body, proven, err := readHook(r.Body, h, proof); {
	case !proven:
		if err != nil || r.ContentLength >= bot.MaxHookBody || len(body) > bot.MaxHookBody {
			w.Header().Set("Connection", "close") // as where such a body is not read at all
		}
		s.refuseHook(w, r, "the signature in "+h.Header+" is not the HMAC-SHA256 of the body with the hook's secret, or the body did not arrive in whole")
	case err != nil:
		plain(w, http.StatusBadRequest, "the body did not arrive in whole\n")
	case len(body) > bot.MaxHookBody:
		w.Header().Set("Connection", "close")
		plain(w, http.StatusRequestEntityTooLarge, "a call of a hook may have "+strconv.Itoa(bot.MaxHookBody>>10)+" KiB\n")
	default:
		s.callHook(ctx, w, r, key, h, body)
	}
}

// readHook reads the body of a call, and one byte more than it may have of one that is too long. proven says that it is from
// somebody who knows the secret: only he is told what is wrong with it. The signature of a body that is too long is looked
// at as far as maxJudged.
func readHook(from io.Reader, h bot.HookDoor, proof string) (body []byte, proven bool, err error) {
	body, err = io.ReadAll(io.LimitReader(from, bot.MaxHookBody+1))
	switch {
	case h.Algorithm == "":
		proven = true // the header has
	case err == nil && len(body) <= bot.MaxHookBody:
		proven = h.Proves(proof, body)
	case err == nil:
		proven = h.ProvesLong(proof, io.MultiReader(bytes.NewReader(body), io.LimitReader(from, maxJudged)))
	}
	return body, proven, err
}

// callHook runs a call that has proved who it is from.
func (s *Server) callHook(ctx context.Context, w http.ResponseWriter, r *http.Request, key hookKey, h bot.HookDoor, body []byte) {
	if wait := s.hookPace.Wait(key, s.o.Now()); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		plain(w, http.StatusTooManyRequests, "a hook takes "+strconv.Itoa(hookBurst)+" calls a minute\n")
		return
	}
	call := bot.HookCall{Hook: key.hook}
	call.Headers, call.Raw = h.Conceal(headersFor(r.Header), body)
	var ok bool
	if call.ID, ok = hookID(h, r.Header, body); !ok {
		plain(w, http.StatusBadRequest, "want the id of the call in "+h.ID+", at most "+strconv.Itoa(maxHookID)+" bytes\n")
		return
	}
	answer, err := s.fleet.Hook(context.WithoutCancel(ctx), key.account, call)
	switch {
	case errors.Is(err, bot.ErrNoHook):
		plain(w, http.StatusNotFound, "the scripts have no on.hook of that name\n")
	case errors.Is(err, bot.ErrHookFailed):
		w.WriteHeader(http.StatusInternalServerError)
	case errors.Is(err, bot.ErrHookInterrupted):
		plain(w, http.StatusConflict, "the process ended while this call ran: what it had done stands, and it is not run again\n")
	case err != nil:
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		if !errors.Is(err, bot.ErrUnderWay) && s.noise.Allow() {
			s.o.Log.Warn("a call of a hook was not served; its sender may ask again", "account", key.account, "hook", key.hook, "error", err)
		}
	case answer.Type == "":
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Content-Type", answer.Type)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(answer.Body)
	}
}

// refuseHook tells a stranger nothing, and the log why.
func (s *Server) refuseHook(w http.ResponseWriter, r *http.Request, why string) {
	if more, ok := s.astray.allow(); ok {
		s.o.Log.Info("a call of a hook was refused", "path", clipPath(r.URL.Path), "remote", r.RemoteAddr, "error", why, "more", more)
	}
	w.WriteHeader(http.StatusForbidden)
}

// hookID is what the caller calls this call. A signed body without a name is its own.
func hookID(h bot.HookDoor, headers http.Header, body []byte) (id string, ok bool) {
	switch {
	case h.ID == "" && h.Algorithm == "":
		return "", true
	case h.ID == "":
		sum := sha256.Sum256(body)
		return "body " + hex.EncodeToString(sum[:]), true
	case strings.HasPrefix(h.ID, "$."):
		id = inBody(body, strings.Split(h.ID[2:], "."))
	default:
		id = headers.Get(h.ID)
	}
	return id, id != "" && len(id) <= maxHookID
}

// inBody is the text or number at a path of a JSON body; "" when there is none.
func inBody(body []byte, path []string) string {
	for _, name := range path {
		var object map[string]json.RawMessage
		if json.Unmarshal(body, &object) != nil {
			return ""
		}
		body = object[name]
	}
	var text string
	if json.Unmarshal(body, &text) == nil {
		return text
	}
	var number json.Number
	if json.Unmarshal(body, &number) == nil {
		return number.String()
	}
	return ""
}

// headersFor are the headers that a script may see: none by which somebody is let in elsewhere.
func headersFor(all http.Header) map[string]string {
	seen := make(map[string]string, len(all))
	for name, values := range all {
		switch name {
		case "Authorization", "Proxy-Authorization", "Cookie":
		default:
			seen[strings.ToLower(name)] = strings.Join(values, ", ")
		}
	}
	return seen
}
