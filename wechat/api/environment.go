package api

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"
)

// hands are the outside of the API side: time, waiting, chance and the log, with their defaults.
type environment struct {
	now    func() time.Time
	sleep  func(context.Context, time.Duration) error
	jitter func() float64
	log    *slog.Logger
}

func newEnvironment(now func() time.Time, sleep func(context.Context, time.Duration) error, jitter func() float64, log *slog.Logger) environment {
	h := environment{now, sleep, jitter, log}
	if h.now == nil {
		h.now = time.Now
	}
	if h.sleep == nil {
		h.sleep = realSleep
	}
	if h.jitter == nil {
		h.jitter = rand.Float64
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	return h
}
