package cli

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/lmittmann/tint"
	"golang.org/x/term"

	"moonwire/bot"
)

// newLog makes serve's log on standard error.
func newLog(c LogConfig, p Process) (*slog.Logger, error) {
	level, err := c.level()
	if err != nil {
		return nil, err
	}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(p.Stderr, &slog.HandlerOptions{Level: level})), nil
	}
	return slog.New(tint.NewTextHandler(p.Stderr, &tint.Options{Level: level, NoColor: !coloured(p.Stderr, p.Getenv)})), nil
}

func (c LogConfig) level() (level slog.Level, err error) {
	if level.UnmarshalText([]byte(c.Level)) != nil {
		return level, fmt.Errorf("%q: want debug, info, warn or error", c.Level)
	}
	return level, nil
}

// coloured reports whether out is a terminal whose owner has not asked for plain text.
func coloured(out io.Writer, getenv func(string) (string, bool)) bool {
	if v, set := getenv("NO_COLOR"); set && v != "" {
		return false
	}
	file, ok := out.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// logEvents writes what happens into the log. Texts of fans stay out of it unless messages is set.
func logEvents(log *slog.Logger, messages bool) bot.Events {
	drops := &sparingly{every: time.Minute, now: time.Now}
	return bot.Events{
		Turn: func(r bot.TurnReport) {
			if r.Outcome == bot.Dropped {
				logDropped(log, drops, r)
				return
			}
			logTurn(log, r, messages)
		},
		Save: func(r bot.SaveReport) { logSave(log, r) },
		Menu: func(r bot.MenuReport) { logMenu(log, r) },
		Account: func(r bot.AccountReport) {
			if r.Gone {
				log.Info("account gone", "account", r.Name)
				return
			}
			log.Info("account", "account", r.Name, "app_id", r.Config.AppID, "mode", r.Config.Mode.String(), "kind", r.Config.Kind)
			if r.Config.Mode.String() == "plain" {
				log.Warn("plain mode: the signature covers no message body, so whoever sees one push can forge others; choose safe (安全模式) in 微信开发者平台", "account", r.Name)
			}
		},
	}
}

// logDropped says that an account has no room, once a minute, with how many messages that has cost since.
func logDropped(log *slog.Logger, drops *sparingly, r bot.TurnReport) {
	if more, ok := drops.allow(r.Account); ok {
		log.Warn("message dropped: the connection was closed unanswered, so WeChat asks again", "account", r.Account, "trace", r.Trace,
			"outcome", string(r.Outcome), "reply", r.Reply, "why", r.Why, "waited_ms", milliseconds(r), "more", more)
	}
}

// sparingly lets one line through per account and time.
type sparingly struct {
	every time.Duration
	now   func() time.Time

	mu     sync.Mutex
	last   map[string]time.Time
	silent map[string]int
}

// allow reports whether to speak now, and how often it was silent since the last time.
func (s *sparingly) allow(account string) (silent int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil {
		s.last, s.silent = map[string]time.Time{}, map[string]int{}
	}
	now := s.now()
	if last, spoke := s.last[account]; spoke && now.Sub(last) < s.every {
		s.silent[account]++
		return 0, false
	}
	silent = s.silent[account]
	s.last[account], s.silent[account] = now, 0
	return silent, true
}

func logTurn(log *slog.Logger, r bot.TurnReport, messages bool) {
	level := slog.LevelInfo
	if r.Err != nil {
		level = slog.LevelError
	}
	if log.Enabled(noContext, level) {
		log.Log(noContext, level, "message", turnFields(r, messages)...)
	}
	for _, e := range r.Log {
		log.Log(noContext, scriptLevel(e.Level), "script", "account", r.Account, "trace", r.Trace, "at", fmt.Sprintf("%s:%d", e.File, e.Line), "text", e.Text)
	}
	for _, w := range r.Warnings {
		log.Warn("message", "account", r.Account, "trace", r.Trace, "warning", w)
	}
}

func turnFields(r bot.TurnReport, messages bool) []any {
	said := r.Said
	if !messages {
		said = fmt.Sprintf("%d characters", utf8.RuneCountInString(said))
	}
	fields := []any{
		"account", r.Account, "trace", r.Trace, "kind", kindOf(r), "said", said, "outcome", string(r.Outcome), "reply", r.Reply,
		"rule", r.Rule, "build", r.Build, "ms", milliseconds(r), "attempts", r.Attempts,
	}
	if r.Err != nil {
		fields = append(fields, "error", r.Err.Error())
	}
	return fields
}

func logSave(log *slog.Logger, r bot.SaveReport) {
	for _, w := range r.Warnings {
		log.Warn("script", "account", r.Account, "warning", w)
	}
	if r.Err == nil {
		log.Info("build live", "account", r.Account, "build", r.Build, "ms", r.Took.Milliseconds())
		return
	}
	msg, fields := "save refused", []any{"account", r.Account, "serving", r.Build, "error", r.Err.Error()}
	if r.First {
		msg, fields = "account not served: its folder cannot be loaded", []any{"account", r.Account, "error", r.Err.Error()}
	}
	if r.Excerpt != "" {
		fields = append(fields, "excerpt", r.Excerpt)
	}
	log.Error(msg, fields...)
}

func logMenu(log *slog.Logger, r bot.MenuReport) {
	if r.Err != nil {
		log.Error("menu not pushed; tried again at the next save or start", "account", r.Account, "build", r.Build, "error", r.Err.Error())
		return
	}
	log.Info("menu pushed", "account", r.Account, "build", r.Build)
}
