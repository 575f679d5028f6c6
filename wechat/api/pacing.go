package api

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Calls a second and in a burst, per API. No per-minute limit of the general APIs is documented; the
// default keeps a runaway job from meeting 45011. Mass messages: 60 requests a minute (§6.7).
const (
	defaultPace  = 200
	defaultBurst = 400
	massPace     = 1
	massBurst    = 10
)

// maxPaced bounds the memory of a client whose scripts invent paths.
const maxPaced = 256

// rateBackoff is how long an API rests after errcode 45011.
const rateBackoff = 60 * time.Second

// pacing spreads the calls of one account over time, per API, and keeps an API still that the
// platform has closed for the minute or the day.
type pacing struct {
	now func() time.Time
	log *slog.Logger

	mu       sync.Mutex
	limiters map[string]*rate.Limiter
	stops    map[string]stop
}

type stop struct {
	until time.Time
	err   *Error
}

func newPacing(now func() time.Time, log *slog.Logger) *pacing {
	return &pacing{now: now, log: log, limiters: map[string]*rate.Limiter{}, stops: map[string]stop{}}
}

// enter waits for the API's turn, or says at once why it cannot come before the caller's deadline.
func (p *pacing) enter(ctx context.Context, path string, patient *waitBudget) error {
	if s, stopped := p.stopped(path); stopped {
		if s.err.Class == ClassQuota || !patient.wait(ctx, s.until.Sub(p.now())) {
			return s.err
		}
	}
	now := p.now()
	turn := p.limiter(path).ReserveN(now, 1)
	delay := turn.DelayFrom(now)
	if delay > 0 && !patient.wait(ctx, delay) {
		turn.CancelAt(now)
		return held(path)
	}
	return nil
}

// held is the error of a call that our own pacing does not let through in time.
func held(path string) *Error {
	return newAPIError(opOf(path), 45011, "held back by this program's own pacing", "")
}

func (p *pacing) stopped(path string) (stop, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, found := p.stops[path]
	if found && !p.now().Before(s.until) {
		delete(p.stops, path)
		return stop{}, false
	}
	return s, found
}

func (p *pacing) limiter(path string) *rate.Limiter {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.limiters[path]; l != nil {
		return l
	}
	if len(p.limiters) >= maxPaced {
		clear(p.limiters)
	}
	l := rate.NewLimiter(defaultPace, defaultBurst)
	switch path {
	case "/cgi-bin/message/mass/send", "/cgi-bin/message/mass/sendall":
		l = rate.NewLimiter(massPace, massBurst)
	}
	p.limiters[path] = l
	return l
}

// learn stops an API after the platform said that its quota is used up.
func (p *pacing) learn(path string, err *Error) {
	s := stop{err: err}
	switch {
	case err.Class == ClassQuota:
		s.until = nextChinaMidnight(p.now())
		kept := *err
		kept.Hint += "; not called again before 00:00 China time"
		kept.HintZH += ";北京时间零点前不再调用"
		s.err = &kept
	case err.Code == 45011:
		s.until = p.now().Add(rateBackoff)
	default:
		return
	}
	p.mu.Lock()
	if len(p.stops) >= maxPaced {
		clear(p.stops)
	}
	p.stops[path] = s
	p.mu.Unlock()
	p.log.Warn("API closed by the platform", "api", opOf(path), "errcode", err.Code, "until", s.until)
}

// resume forgets all stops: somebody cleared the quota.
func (p *pacing) resume() {
	p.mu.Lock()
	clear(p.stops)
	p.mu.Unlock()
}

// nextChinaMidnight is when daily quotas begin anew. China has had UTC+8 all year since 1991.
func nextChinaMidnight(now time.Time) time.Time {
	china := now.In(time.FixedZone("UTC+8", 8*60*60))
	return time.Date(china.Year(), china.Month(), china.Day()+1, 0, 0, 0, 0, china.Location())
}
