package cli

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"
	"unicode/utf8"

	"github.com/lmittmann/tint"
	"golang.org/x/term"

	"moonwire/bot"
	"moonwire/words"
)

// newLog makes the log of a command on standard error, one write a line.
func newLog(c LogConfig, p Process) (*slog.Logger, error) {
	handler, err := c.handler(coloured(p.Stderr, p.Getenv))
	if err != nil {
		return nil, err
	}
	return slog.New(handler(p.Stderr)), nil
}

// handler makes handlers of the log's level and format.
func (c LogConfig) handler(colour bool) (func(io.Writer) slog.Handler, error) {
	level, err := c.level()
	if err != nil {
		return nil, err
	}
	if c.Format == "json" {
		return func(out io.Writer) slog.Handler {
			return slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level})
		}, nil
	}
	return func(out io.Writer) slog.Handler {
		return tint.NewTextHandler(out, &tint.Options{Level: level, NoColor: !colour})
	}, nil
}

// serveLog is serve's log on standard error, written behind. Texts of fans stay out of it unless messages is set.
type serveLog struct {
	*slog.Logger
	lines    *logLines
	messages bool
	lang     words.Language // of findings
	now      func() time.Time
	drops    *sparingly
	encoders *sync.Pool // of *messageLine; nil: colours are slog's
}

// openLog opens serve's log. Close it: lines wait.
func openLog(c LogConfig, p Process) (*serveLog, error) {
	colour := coloured(p.Stderr, p.Getenv)
	handler, err := c.handler(colour)
	if err != nil {
		return nil, err
	}
	// A closed pipe is an error of the write then, and not the end of the process. Not taken back: the last line comes
	// after the log is closed.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	every := time.NewTicker(logLinesEvery)
	l := &serveLog{
		lines: newLogLines(p.Stderr, handler, every.C, time.After), messages: c.Messages, now: time.Now,
		drops: &sparingly{every: time.Minute, now: time.Now},
	}
	l.Logger = slog.New(hurrying{handler(l.lines), l.lines})
	if c.Format == "json" || !colour {
		l.encoders = &sync.Pool{New: func() any { return &messageLine{json: c.Format == "json"} }}
	}
	return l, nil
}

// close writes what waits, also while a panic goes through.
func (l *serveLog) close() { l.lines.close() }

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

// events writes what happens into the log.
func (l *serveLog) events() bot.Events {
	return bot.Events{
		Turn: func(r bot.TurnReport) {
			if r.Outcome == bot.Dropped {
				logDropped(l.Logger, l.drops, r)
				return
			}
			l.turn(r)
		},
		Save:    func(r bot.SaveReport) { logSave(l.Logger, r) },
		Menu:    func(r bot.MenuReport) { logMenu(l.Logger, r) },
		Account: func(r bot.AccountReport) { logAccount(l.Logger, r) },
	}
}

func logAccount(log *slog.Logger, r bot.AccountReport) {
	if r.Gone {
		log.Info("account gone", "account", r.Name)
		return
	}
	log.Info("account", "account", r.Name, "app_id", r.Config.AppID, "mode", r.Config.Mode.String(), "kind", r.Config.Kind)
	if r.Config.Mode.String() == "plain" {
		log.Warn("plain mode: the signature covers no message body, so whoever sees one push can forge others; choose safe (安全模式) in 微信开发者平台", "account", r.Name)
	}
}

// logDropped says that an account has no room, once a minute, with how many messages that has cost since.
func logDropped(log *slog.Logger, drops *sparingly, r bot.TurnReport) {
	if more, ok := drops.allow(r.Account); ok {
		log.Warn("message dropped: the connection was closed unanswered, so WeChat asks again", "account", r.Account, "trace", r.Trace,
			"fan", shortFan(r.OpenID), "outcome", string(r.Outcome), "reply", r.Reply, "why", r.Why, "waited_ms", milliseconds(r), "more", more)
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

// turn writes the lines of one message.
func (l *serveLog) turn(r bot.TurnReport) {
	level := slog.LevelInfo
	if r.Err != nil {
		level = slog.LevelError
	}
	if l.Enabled(noContext, level) && (r.Err != nil || !l.message(&r)) {
		l.Log(noContext, level, "message", turnFields(&r, l.said(&r))...)
	}
	for _, e := range r.Log {
		l.Log(noContext, scriptLevel(e.Level), "script", "account", r.Account, "trace", r.Trace, "fan", shortFan(r.OpenID),
			"at", fmt.Sprintf("%s:%d", e.File, e.Line), "text", e.Text)
	}
	for _, w := range r.Warnings {
		l.Warn("message", "account", r.Account, "trace", r.Trace, "fan", shortFan(r.OpenID), "warning", w)
	}
}

// message writes a message's line by the short way. False: there is none for it.
func (l *serveLog) message(r *bot.TurnReport) bool {
	if l.encoders == nil {
		return false
	}
	line := l.encoders.Get().(*messageLine)
	defer l.encoders.Put(line)
	if !line.encode(l.now(), r, l.said(r)) {
		return false
	}
	_, _ = l.lines.Write(line.buf)
	return true
}

func (l *serveLog) said(r *bot.TurnReport) string {
	if l.messages {
		return r.Said
	}
	return strconv.Itoa(utf8.RuneCountInString(r.Said)) + " characters"
}

func turnFields(r *bot.TurnReport, said string) []any {
	fields := []any{
		"account", r.Account, "trace", r.Trace, "fan", shortFan(r.OpenID), "kind", kindOf(*r), "said", said, "outcome", string(r.Outcome),
		"reply", r.Reply, "rule", r.Rule, "build", r.Build, "ms", milliseconds(*r), "attempts", r.Attempts,
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
		log.Info("build live", "account", r.Account, "build", r.Build, "state", string(r.State), "ms", r.Took.Milliseconds())
		if r.Waiting != "" {
			log.Info("conversations", "account", r.Account, "build", r.Build, "waiting", r.Waiting)
		}
		return
	}
	msg, fields := "save refused", []any{"account", r.Account, "state", string(r.State), "serving", r.Build, "error", r.Err.Error()}
	switch {
	case r.First && r.Build != "":
		msg = "the last good build serves: the folder cannot be loaded"
	case r.First:
		msg, fields = "account not served: its folder cannot be loaded", []any{"account", r.Account, "state", string(r.State), "error", r.Err.Error()}
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
