package bindings

import (
	"context"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// maxSleep is the longest time.sleep; a turn as a whole ends after a minute anyway.
const maxSleep = 50 * time.Second

// waitCost is what a sleep costs in instructions, so that no turn makes many that wait for nothing.
const waitCost = 10_000

// timeNow is the engine's clock in whole Unix seconds.
func timeNow(c call) int {
	v := c.effect(engine.Effect{Kind: engine.KindClock}, func(context.Context) (any, error) {
		return float64(c.turn.Now().Unix()), nil
	})
	return c.push(lua.LNumber(v.(float64)))
}

func timeFormat(c call) int {
	seconds := c.number(1, 0)
	if seconds < -1<<40 || seconds > 1<<40 {
		c.failArg(1, "is far from any date", "Unix seconds")
	}
	zone := c.zone()
	text, err := formatTime(time.Unix(int64(seconds), 0).In(zone), c.text(2))
	if err != nil {
		c.fail("%s: %s", c.argument(2), err)
	}
	return c.pushText(text)
}

// zone is the time zone of argument 3, or the account's.
func (c call) zone() *time.Location {
	if !c.has(3) {
		return c.state.p.config.Location
	}
	name := c.text(3)
	c.turn.Steps(c.L, 500) // a zone that does not exist is looked for in files each time
	v, err := c.state.p.config.Zones.Load(name)
	if err != nil {
		c.failArg(3, "is "+quote(name), "a time zone such as Asia/Shanghai, Europe/Berlin or UTC")
	}
	return v
}

func timeSleep(c call) int {
	d := c.duration(1)
	if d > maxSleep {
		c.failArg(1, "is "+quote(valueText(c.arg(1))), "at most "+maxSleep.String())
	}
	c.turn.Steps(c.L, waitCost)
	sleep := realSleep
	if c.state.in != nil && c.state.in.Sleep != nil {
		sleep = c.state.in.Sleep
	}
	_ = c.effect(engine.Effect{Kind: engine.KindWait, Label: d.String()}, func(ctx context.Context) (any, error) {
		return nil, sleep(ctx, d)
	})
	return 0
}

func realSleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
