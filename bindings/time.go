package bindings

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/internal/pause"
)

func timeFamily() Family {
	return Family{
		Name: "time",
		Doc:  Text{"The engine's clock. Times are Unix seconds.", "引擎的时钟。时间均为 Unix 秒。"},
		Functions: []Function{
			{
				Name: "time.now", Forms: params(), Returns: []Result{{"seconds", "integer"}}, run: timeNow, Reach: ReachReads,
				Doc:     Text{"Now, in Unix seconds.", "现在,Unix 秒。"},
				Example: `on.text("几点", function() return time.format(time.now(), "%H:%M") end)`,
				Errors:  []Text{{"Raises at the top level.", "在顶层调用时报错。"}},
			},
			{
				Name:    "time.format",
				Forms:   params(Param{Name: "seconds", Type: tNumber}, Param{Name: "format", Type: tString}, optional("zone", tString)),
				Returns: []Result{{"text", "string"}}, run: timeFormat,
				Doc: Text{
					"A time as text, in the account's time zone or the one named. Verbs: " + verbList() + ".",
					"把时间写成文本，按账号时区或指定时区。可用:" + verbList() + "。",
				},
				Example: `on.text("日期", function() return time.format(time.now(), "%Y-%m-%d %H:%M") end)`,
				Errors:  []Text{{"Raises when the format has another verb or the zone is not known.", "格式含其他动词或时区未知时报错。"}},
			},
			{
				Name: "time.sleep", Forms: params(Param{Name: "duration", Type: tDuration}), run: timeSleep, Reach: ReachReads,
				Doc:     Text{`Waits: a number of seconds, or "500ms", "2s". Other fans are served meanwhile.`, `等待：秒数，或 "500ms"、"2s"。期间不影响其他粉丝。`},
				Example: `on.text("等等", function() time.sleep("2s") return "好了" end)`,
				Errors:  []Text{{"Raises at the top level, over 50 s, and when the turn's 60 s are over.", "在顶层、超过 50 秒或本轮 60 秒用尽时报错。"}},
			},
		},
	}
}

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
	sleep := pause.For
	if c.state.in != nil && c.state.in.Sleep != nil {
		sleep = c.state.in.Sleep
	}
	_ = c.effect(engine.Effect{Kind: engine.KindWait, Label: d.String()}, func(ctx context.Context) (any, error) {
		return nil, sleep(ctx, d)
	})
	return 0
}

// timeVerbs are the verbs of time.format: those of os.date that read the same everywhere.
const timeVerbs = "%ABFHIMSTYZabdjmpwyz"

// maxFormat bounds a format in bytes.
const maxFormat = 1_000

func verbList() string {
	return "%" + strings.Join(strings.Split(timeVerbs, ""), " %")
}

// formatTime writes t by the verbs of timeVerbs.
func formatTime(t time.Time, format string) (string, error) {
	if len(format) > maxFormat {
		return "", fmt.Errorf("is longer than %d bytes", maxFormat)
	}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		if i++; i == len(format) {
			return "", errors.New("ends in a single %; write %% for the sign itself")
		}
		if strings.IndexByte(timeVerbs, format[i]) < 0 {
			return "", fmt.Errorf("has the verb %%%s; the verbs are %s", cutText(format[i:], 4), verbList())
		}
		b.WriteString(engine.DatePart(t, format[i]))
	}
	return b.String(), nil
}
