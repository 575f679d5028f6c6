package sim

import (
	"context"
	"net"
	"net/http"
	"time"
)

// pushClient follows no redirects: WeChat wants the answer from the URL it was given.
func pushClient(given *http.Client) *http.Client {
	c := &http.Client{Transport: &http.Transport{
		MaxIdleConnsPerHost: 64,
		IdleConnTimeout:     30 * time.Second,
		DialContext:         (&net.Dialer{Timeout: ReplyWindow}).DialContext,
	}}
	if given != nil {
		copied := *given
		c = &copied
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c
}

// pause waits for d on the platform's timers; false when ctx ended first.
func (p *Platform) pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	over := make(chan struct{})
	stop := p.o.AfterFunc(d, func() { close(over) })
	defer stop()
	select {
	case <-over:
		return true
	case <-ctx.Done():
		return false
	}
}
