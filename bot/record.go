package bot

import (
	"errors"
	"slices"
	"time"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/store"
	"moonwire/wechat"
)

// record remembers a turn in the store, written behind, and tells whoever watches.
func (f *Fleet) record(w *work) {
	report := f.reportOf(w)
	if r := w.result; r.outcome != Repeated && r.outcome != Dropped {
		rec := f.recordOf(w)
		f.detail(w, &rec, report)
		f.o.Store.Record(rec)
		f.recordOthers(w)
	}
	if f.o.Events.Turn != nil {
		f.o.Events.Turn(report)
	}
}

func (f *Fleet) recordOf(w *work) store.Record {
	r := w.result
	rec := store.Record{
		Trace: w.id, Account: w.account.name, OpenID: w.fan.openid, Key: w.key, Received: w.received,
		Status: statusOf(r.outcome), Outcome: string(r.outcome), ReplyKind: replyKind(w),
		Reply: summary(r.reply), Rule: r.out.Rule, Build: w.release.build,
		Attempts: w.attempts(), Latency: r.took(w), Handler: r.ended.Sub(r.began), Written: r.written,
		WindowClosed: r.refused,
	}
	if w.push != nil {
		recordPush(&rec, w.push.Message)
	}
	if kind, name := w.unpushed(); kind != "" {
		rec.Type, rec.EventKey = kind, name
	}
	if r.err != nil {
		rec.Error = r.err.Error()
	}
	for _, a := range r.out.Asked {
		rec.Asked = append(rec.Asked, store.Asked{Model: a.Model, Prompt: a.Usage.Prompt, Completion: a.Usage.Completion, Took: a.Took, Failed: string(a.Failed)})
	}
	for _, s := range r.sent {
		rec.Sends = append(rec.Sends, s.stored())
		if rec.Status == store.Failed && rec.Error == "" {
			rec.Error = s.Err
		}
	}
	return rec
}

// Hook is what stands in the place of the type of a message for a call of a hook, whose name is then the EventKey.
const Hook = "hook"

// Woken stands there for a conversation that went on by itself; its flow is then the EventKey.
const Woken = "flow"

// Every and Task are that for jobs, whose name is then the EventKey.
const (
	Every = bindings.KindEvery
	Task  = bindings.KindTask
)

// unpushed says what is done without a push; "" when that has no name.
func (w *work) unpushed() (kind, name string) {
	switch {
	case w.hook != nil:
		return Hook, w.hook.Hook
	case w.flow != "":
		return Woken, w.flow
	case w.timed != nil:
		return string(w.timed.job.Kind), w.timed.job.Name
	}
	return "", ""
}

func recordPush(rec *store.Record, m *wechat.Message) {
	rec.MsgID, rec.Type, rec.Event, rec.EventKey, rec.Content = m.MsgID, m.MsgType, m.Event, m.EventKey, m.Content
	rec.CreateTime, rec.MenuEvent, rec.FanAct, rec.Opens = m.CreateTime, isMenuEvent(m), m.FanAct(), windowOf(m)
	switch {
	case rec.MenuEvent:
		rec.MenuID = m.Value("MenuId")
	case m.IsEventNamed("TEMPLATESENDJOBFINISH"):
		rec.Job = store.SendJob{MsgID: m.Value("MsgID"), State: m.Value("Status")}
	case m.IsEventNamed(cancellation):
		rec.OpenID = "" // the fan is forgotten
	}
}

func (s Sent) stored() store.Send {
	return store.Send{Kind: s.Kind, At: s.At, Errcode: s.code(), Rid: s.Rid, MsgID: s.MsgID}
}

// code is the errcode of a send for the store, where 0 means accepted.
func (s Sent) code() int {
	if s.Errcode == 0 && s.Err != "" {
		return -1 // no errcode: the network failed, or nothing was sent
	}
	return s.Errcode
}

// took is the time from the first delivery to the answer.
func (r *result) took(w *work) time.Duration {
	if r.answered.IsZero() {
		return r.ended.Sub(w.received)
	}
	return r.answered.Sub(w.received)
}

// statusOf is the status word of wechat-protocol.md §9.2.
func statusOf(o Outcome) store.Status {
	switch o {
	case Answered, Fetched, Repeated, Busy:
		return store.Answered
	case Acknowledged, Paused:
		return store.Acknowledged
	case AnsweredAsync:
		return store.AnsweredAsync
	case Late, Kept:
		return store.Late
	case Unhandled:
		return store.Unhandled
	}
	return store.Failed
}

func replyKind(w *work) string {
	switch r := w.result; {
	case shows(r.reply) && len(r.packed) > 0 && r.written:
		return "passive:" + r.reply.Type
	case r.written || w.late != "":
		return "success"
	}
	return "none"
}

func windowOf(m *wechat.Message) store.Window {
	w, ok := m.Opens()
	if !ok {
		return store.Window{}
	}
	opened := time.Unix(m.CreateTime, 0)
	return store.Window{Kind: store.ParseWindowKind(w.Kind), Opened: opened, Expires: opened.Add(w.Life), Left: w.Count}
}

// isMenuEvent reports whether a push is one of the events of wechat-protocol.md §4.3.
func isMenuEvent(m *wechat.Message) bool {
	if !m.IsEvent() {
		return false
	}
	for _, name := range [...]string{
		"CLICK", "VIEW", "view_miniprogram", "scancode_push", "scancode_waitmsg",
		"pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select",
	} {
		if m.IsEventNamed(name) {
			return true
		}
	}
	return false
}

func (f *Fleet) reportOf(w *work) TurnReport {
	r := w.result
	rep := TurnReport{
		Account: w.account.name, Trace: w.trace, Build: w.release.build, OpenID: w.fan.openid,
		Rule: r.out.Rule, Outcome: r.outcome, Late: w.late, Reply: wechat.Success, Answer: summary(r.reply),
		Attempts: w.attempts(), Received: w.received, Handled: r.out.Handled,
		Tried: r.out.Tried, Log: r.out.Log, Warnings: append(r.out.Warnings, r.warnings...), Sent: slices.Concat(r.sent, r.others), Asked: r.out.Asked,
		Err: r.err, Script: r.script,
	}
	if m := w.message(); m != nil {
		rep.MsgID, rep.MsgType, rep.Event, rep.EventKey, rep.Said = m.MsgID, m.MsgType, m.Event, m.EventKey, m.Content
	}
	if kind, name := w.unpushed(); kind != "" {
		rep.MsgType, rep.EventKey = kind, name
	}
	if !r.began.IsZero() {
		rep.Waited = r.began.Sub(w.received)
		rep.Took = r.took(w) - rep.Waited
	}
	switch {
	case r.outcome == Dropped:
		rep.Reply, rep.Why = "none", w.why
	case shows(r.reply) && len(r.packed) > 0:
		rep.Reply = r.reply.Type
	}
	if r.err != nil {
		rep.Box = f.boxOf(w)
	}
	return rep
}

// boxOf is the error as people read it.
func (f *Fleet) boxOf(w *work) string {
	r := w.result
	if r.script == nil {
		return "✗ " + w.account.name + "  " + r.err.Error() + "  trace …" + w.trace[max(0, len(w.trace)-4):]
	}
	return r.script.Box(engine.BoxInfo{
		Account: w.account.name, Trace: w.trace, Rule: r.out.Rule, Fan: shortFan(w.fan.openid), Did: w.did(),
		Build: w.release.build, Saved: f.o.Now().Sub(w.release.saved), FanSaw: summary(r.reply),
		Newer: w.account.newer(w.release), Language: f.o.Language,
	})
}

// newer says why the files of the account are not live, when that is what serves an older build.
func (a *Account) newer(rel *release) string {
	err := a.loading.failure()
	if err == nil || a.current.Load() != rel {
		return ""
	}
	return err.Error()
}

// shortFan shows enough of an openid to tell fans apart.
func shortFan(openid string) string {
	if len(openid) <= 8 {
		return openid
	}
	return openid[:3] + "…" + openid[len(openid)-2:]
}

// did tells what the work is done for.
func (w *work) did() string {
	if w.hook != nil {
		return "call of the hook " + quoted(w.hook.Hook)
	}
	if w.flow != "" {
		return "flow " + quoted(w.flow) + ": " + w.woken
	}
	if w.timed != nil {
		return "job of " + string(w.timed.job.Kind) + "(" + quoted(w.timed.job.Name) + ")"
	}
	return said(w.message())
}

// said tells what the fan did, for people; "" when it was nothing.
func said(m *wechat.Message) string {
	switch {
	case m == nil:
		return ""
	case !m.IsEvent() && m.MsgType == "text":
		return "said " + quoted(m.Content)
	case !m.IsEvent():
		return "sent " + m.MsgType
	case m.EventKey != "":
		return "did " + m.Event + " " + quoted(m.EventKey)
	}
	return "did " + m.Event
}

func quoted(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return `"` + s + `"`
}

// interrupted reports a turn that had acted but not answered when the process ended. Nobody can tell how far
// it got; a repeat is answered "success", so that nothing happens twice.
func (f *Fleet) interrupted(c store.Claim) {
	if f.accounts.conversing.Load() && c.OpenID != "" {
		f.hasten(c)
	}
	id := f.o.Store.Trace()
	const why = "the process ended while the turn ran; what it had written stands, and it is not run again"
	kind, hook := "", ""
	if c.OpenID == "" {
		var err error
		if hook, err = f.o.Store.HookOf(f.beyond, c); err != nil {
			f.o.Log.Error("the store could not be asked which hook an interrupted call was of", "account", c.Account, "error", err)
		}
	}
	logged := []any{"account", c.Account, "trace", shortTrace(id), "began", c.At}
	if hook != "" {
		kind, logged = Hook, append(logged, "hook", hook)
	}
	f.o.Log.Warn("turn interrupted", logged...)
	f.o.Store.Record(store.Record{
		Trace: id, Account: c.Account, OpenID: c.OpenID, Key: c.Key, Received: c.At, Type: kind, EventKey: hook,
		Status: store.Failed, Outcome: string(Interrupted), Error: why, ReplyKind: "none",
	})
	if f.o.Events.Turn != nil {
		f.o.Events.Turn(TurnReport{
			Account: c.Account, Trace: shortTrace(id), OpenID: c.OpenID, Received: c.At, MsgType: kind, EventKey: hook,
			Outcome: Interrupted, Err: errInterrupted,
		})
	}
}

var errInterrupted = errors.New("the process ended while the turn ran")
