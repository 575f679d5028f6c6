package outside

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"
)

// MaxRetries is how often a call may be made once more.
const MaxRetries = 3

// Retry says whether a call that came to nothing is made again. Key tells the server that it is the same call.
type Retry struct {
	Times int
	Key   string
}

// firstPause is how long it rests before the first repeat; before each further one twice as long.
const firstPause = 200 * time.Millisecond

// repeat makes a call until it has its answer, no time is left, or it was repeated often enough.
func (a *Account) repeat(ctx context.Context, r Request) (answer *Answer, err error) {
	for try := 0; ; try++ {
		answer, err = a.follow(ctx, &r)
		if try >= min(r.Retry.Times, MaxRetries) || !worthRepeating(answer, err) {
			return answer, err
		}
		pause := max(firstPause<<try, askedPause(answer))
		if until, ok := ctx.Deadline(); ok && time.Until(until) <= pause || a.client.sleep(ctx, pause) != nil {
			return answer, err
		}
	}
}

// worthRepeating reports whether the next time may go better.
func worthRepeating(answer *Answer, err error) bool {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind == DNS || e.Kind == Connect
	}
	switch answer.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// askedPause is how long the server asks to wait.
func askedPause(answer *Answer) time.Duration {
	if answer == nil {
		return 0
	}
	n, err := strconv.ParseUint(answer.Header.Get("Retry-After"), 10, 16)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}
