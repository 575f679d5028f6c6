package api

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"moonwire/internal/pause"
)

// environment is the outside of the API side: time, waiting, chance and the log, with their defaults.
type environment struct {
	now    func() time.Time
	sleep  func(context.Context, time.Duration) error
	jitter func() float64
	log    *slog.Logger
}

func newEnvironment(now func() time.Time, sleep func(context.Context, time.Duration) error, jitter func() float64, log *slog.Logger) environment {
	e := environment{now, sleep, jitter, log}
	if e.now == nil {
		e.now = time.Now
	}
	if e.sleep == nil {
		e.sleep = pause.For
	}
	if e.jitter == nil {
		e.jitter = rand.Float64
	}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	return e
}
