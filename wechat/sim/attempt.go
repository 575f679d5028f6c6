package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// maxAnswer is the most of an answer that is read.
const maxAnswer = 1 << 20

var errWindow = errors.New("no answer within the reply window")

// delivering is one push on its way.
type delivering struct {
	p      *Platform
	a      *account
	f      *fan
	set    *settings
	out    *outgoing
	window time.Duration
}

// attempt delivers the push once and judges the answer.
func (r *delivering) attempt(ctx context.Context, number int, fault Fault) Attempt {
	at := Attempt{Number: number}
	at.Query, at.Body = r.p.seal(r.set, r.out)
	start := time.Now()
	switch {
	case fault.Drop:
		at.Verdict, at.Cause = Broken, "lost on the way by a fault"
	case fault.Lost:
		r.exchange(ctx, &at)
		at.Verdict, at.Cause, at.Reply = Broken, "the answer was lost by a fault", nil
	default:
		r.exchange(ctx, &at)
	}
	at.Took = time.Since(start)
	return at
}

// exchange posts the push and waits for the answer, within the window.
func (r *delivering) exchange(ctx context.Context, at *Attempt) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := r.p.o.AfterFunc(r.window, func() { cancel(errWindow) })
	defer stop()
	answer, err := r.post(ctx, at)
	switch {
	case err == nil:
		r.judge(at, answer)
	case errors.Is(context.Cause(ctx), errWindow):
		at.Verdict, at.Cause = TimedOut, fmt.Sprintf("no answer within %s", r.window)
	case ctx.Err() != nil:
		at.Verdict, at.Cause = HungUp, "the platform's user hung up"
	default:
		at.Verdict, at.Cause = Broken, brokenWords(err)
		at.Unreached = unreached(err)
	}
}

// unreached reports whether not even a connection came about.
func unreached(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// brokenWords says what became of a connection, without the address: signatures stand in it.
func brokenWords(err error) string {
	var asked *url.Error
	if errors.As(err, &asked) {
		err = asked.Err
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection: nothing listens there"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return "connection: it was closed before the answer was whole"
	}
	return "connection: " + err.Error()
}

func (r *delivering) post(ctx context.Context, at *Attempt) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.set.address(at.Query), strings.NewReader(at.Body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "text/xml")
	if r.set.JSON {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "*/*")
	req.Header.Set("Pragma", "no-cache")
	req.Header.Set("User-Agent", "Mozilla/4.0")
	resp, err := r.p.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	at.Status, at.ContentType = resp.StatusCode, resp.Header.Get("Content-Type")
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	at.Answer = string(answer)
	return answer, err
}

// judge decides what WeChat makes of an answer.
func (r *delivering) judge(at *Attempt, answer []byte) {
	if at.Status != http.StatusOK {
		at.Verdict, at.Cause = badStatus, fmt.Sprintf("status %d", at.Status)
		return
	}
	if len(answer) > maxAnswer {
		at.Verdict, at.Cause = badReply, "the answer is larger than 1 MiB"
		return
	}
	if len(answer) == 0 || string(answer) == "success" {
		at.Verdict = Silence
		return
	}
	opened, err := r.set.open(answer)
	if err == nil {
		at.Opened = string(opened)
		at.Reply, err = r.read(opened)
	}
	if err != nil {
		at.Verdict, at.Cause, at.Reply = badReply, err.Error(), nil
		return
	}
	at.Verdict = Shows
}

// wantsMore says whether WeChat asks again after this attempt.
func (at *Attempt) wantsMore() bool {
	return at.Verdict == TimedOut || at.Verdict == Broken || at.Verdict == badStatus
}
