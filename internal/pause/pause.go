// Package pause is waiting by the real clock: what every room does that is given no other way to wait.
//
//	err := pause.For(ctx, time.Second)
package pause

import (
	"context"
	"time"
)

// For waits for a time, or for the end of ctx, whose error it then returns.
func For(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
