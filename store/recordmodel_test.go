package store_test

import (
	"slices"
	"strings"
	"time"

	"moonwire/store"
)

// recordModel is what a store of records must answer, in the simplest way.
type recordModel struct {
	accounts map[string]*accountModel
}

type accountModel struct {
	records []store.Record // in the order of writing
	fans    map[string]*store.Fan
	counts  map[store.Status]int64
	repeats int64
}

func (m *recordModel) account(name string) *accountModel {
	if m.accounts[name] == nil {
		m.accounts[name] = &accountModel{fans: map[string]*store.Fan{}, counts: map[store.Status]int64{}}
	}
	return m.accounts[name]
}

func (a *accountModel) write(r store.Record) {
	if r.Job.MsgID != "" {
		a.finish(r.OpenID, r.Job)
	}
	a.records = append(a.records, r)
	a.count(&r, 1)
	if f := a.fan(r.OpenID); f != nil {
		touchPush(f, &r)
		touchSends(f, &r, nil)
	}
}

func (a *accountModel) finish(openid string, job store.SendJob) {
	for i := len(a.records) - 1; i >= 0; i-- {
		r := &a.records[i]
		for n, s := range r.Sends {
			if r.OpenID == openid && s.MsgID == job.MsgID {
				r.Sends = slices.Clone(r.Sends)
				r.Sends[n].State = job.State
				return
			}
		}
	}
}

func (a *accountModel) amend(news store.Record) {
	for i := range a.records {
		r := &a.records[i]
		if r.Trace != news.Trace {
			continue
		}
		before := *r
		if news.Status != 0 {
			r.Status = news.Status
		}
		if news.Attempts != 0 {
			r.Attempts = news.Attempts
		}
		if news.Error != "" {
			r.Error = news.Error
		}
		if len(news.Sends) > 0 {
			r.Sends = news.Sends
		}
		r.WindowClosed = r.WindowClosed || news.WindowClosed
		a.count(&before, -1)
		a.count(r, 1)
		if f := a.fan(r.OpenID); f != nil {
			touchSends(f, r, &before)
		}
	}
}

func (a *accountModel) fan(openid string) *store.Fan {
	if openid == "" {
		return nil
	}
	if a.fans[openid] == nil {
		a.fans[openid] = &store.Fan{OpenID: openid}
	}
	return a.fans[openid]
}

func (a *accountModel) count(r *store.Record, sign int64) {
	if r.MenuEvent {
		a.counts[r.Status] += sign
		a.repeats += sign * int64(max(0, r.Attempts-1))
	}
}

func (a *accountModel) forget(openid string) {
	delete(a.fans, openid)
	a.records = slices.DeleteFunc(a.records, func(r store.Record) bool { return r.OpenID == openid })
}

func touchPush(f *store.Fan, r *store.Record) {
	if r.Type == "" {
		return
	}
	if f.FirstSeen.IsZero() {
		f.FirstSeen = r.Received
	}
	if r.Received.After(f.ReceivedAt) {
		f.ReceivedAt = r.Received
	}
	at := time.Unix(r.CreateTime, 0)
	switch {
	case !r.FanAct || r.CreateTime == 0:
	case r.Type != "event" && !at.Before(f.MessageAt):
		f.MessageAt, f.MessageType, f.MessageID = at, r.Type, r.MsgID
	case r.Type == "event" && !at.Before(f.EventAt):
		f.EventAt, f.Event = at, r.Event
	}
	if r.Opens.Kind == store.NoWindow {
		return
	}
	for i, w := range f.Windows {
		if w.Kind == r.Opens.Kind {
			if !r.Opens.Opened.Before(w.Opened) {
				f.Windows[i] = r.Opens
			}
			return
		}
	}
	f.Windows = append(f.Windows, r.Opens)
}

func touchSends(f *store.Fan, r, before *store.Record) {
	if before == nil {
		before = &store.Record{}
	}
	for i, sent := range r.Sends {
		if sent.Errcode != 0 || !strings.HasPrefix(sent.Kind, "custom") || i < len(before.Sends) {
			continue
		}
		var first *store.Window
		for i := range f.Windows {
			w := &f.Windows[i]
			if w.Left > 0 && w.Expires.After(sent.At) && (first == nil || w.Expires.Before(first.Expires)) {
				first = w
			}
		}
		if first != nil {
			first.Left--
		}
	}
	if r.WindowClosed && !before.WindowClosed {
		for i := range f.Windows {
			f.Windows[i].Left = 0
		}
	}
}
