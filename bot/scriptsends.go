package bot

import "moonwire/store"

// takeSends notes what the script itself sent to the fan of its turn, and to others.
func (f *Fleet) takeSends(w *work) {
	r := w.result
	for _, s := range r.out.Sent {
		sent := Sent{Kind: s.Kind, Text: s.Shown, MsgID: s.MsgID, At: s.At}.after(s.Err)
		if s.Err != nil {
			f.o.Log.Warn("message not sent", "account", w.account.name, "trace", w.trace, "kind", s.Kind, "error", s.Err)
		}
		if s.To != w.fan.openid {
			sent.To = s.To
			r.others = append(r.others, sent)
			continue
		}
		r.sent = append(r.sent, sent)
		r.refused = r.refused || closes(sent)
	}
}

// closes reports whether WeChat refused a message since the fan's window is closed.
func closes(s Sent) bool { return s.Errcode == 45015 || s.Errcode == 45047 }

// sentOutcome is what a turn without an answer came to by what its script sent to the fan; "" when it sent nothing.
func (r *result) sentOutcome() Outcome {
	var o Outcome
	for _, s := range r.sent {
		if s.Err == "" {
			return AnsweredAsync
		}
		o = Failed
	}
	return o
}

// recordOthers remembers what the script sent to other fans than its turn's, so that it is found with theirs and
// their windows' count stays true.
func (f *Fleet) recordOthers(w *work) {
	for _, s := range w.result.others {
		if s.To == "" || s.Errcode == 40003 { // no fan's openid
			continue
		}
		status := store.AnsweredAsync
		if s.Err != "" {
			status = store.Failed
		}
		f.o.Store.Record(store.Record{
			Account: w.account.name, OpenID: s.To, Received: s.At, Status: status, Outcome: store.SentAlone,
			ReplyKind: s.Kind, Reply: s.Text, Rule: w.result.out.Rule, Build: w.release.build, Error: s.Err,
			Sends: []store.Send{s.stored()}, WindowClosed: closes(s),
		})
	}
}
