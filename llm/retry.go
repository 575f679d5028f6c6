package llm

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// tries is how often one question is asked, and longestPause how long a provider may ask to wait.
const (
	tries        = 3
	longestPause = 20 * time.Second
)

// tryError is why one try failed, and how long the provider wants to be left alone.
type tryError struct {
	cause *Error
	after time.Duration
}

func (e *tryError) Error() string { return e.cause.Error() }
func (e *tryError) Unwrap() error { return e.cause }

// plain is the *Error in what a try ended with.
func plain(err error) error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return err
}

// pauseBefore says whether to ask again after a failed try, and when. Only what may be better next time is: a question
// that is refused, or a key that is wrong, stays so.
func pauseBefore(try int, err error) (time.Duration, bool) {
	var e *Error
	if try >= tries || !errors.As(err, &e) || e.Kind != Down && e.Kind != Rate {
		return 0, false
	}
	pause := time.Duration(try*try) * 500 * time.Millisecond
	var t *tryError
	if errors.As(err, &t) && t.after > pause {
		pause = t.after
	}
	return pause, pause <= longestPause
}

// retryAfter reads how long a provider wants to be left alone: so many seconds, or until a date.
func retryAfter(resp *http.Response, now time.Time) time.Duration {
	given := strings.TrimSpace(resp.Header.Get("Retry-After"))
	if at, err := http.ParseTime(given); err == nil {
		return max(0, at.Sub(now))
	}
	n, err := strconv.Atoi(given)
	if err != nil || n < 0 || n > int(time.Hour/time.Second) {
		return 0
	}
	return time.Duration(n) * time.Second
}
