package bot

import (
	"moonwire/bindings"
	"moonwire/store"
)

// takeSends notes what the script itself sent to the fan of its turn.
func (r *result) takeSends(openid string) {
	for _, s := range r.out.Sent {
		if s.To == openid {
			r.sent = append(r.sent, scriptSent(s))
			r.refused = r.refused || isCode(s.Err, 45015, 45047)
		}
	}
}

func scriptSent(s bindings.Sent) Sent {
	return Sent{Kind: s.Kind, Text: s.Shown, MsgID: s.MsgID, At: s.At}.after(s.Err)
}

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
func (f *Fleet) recordOthers(t *turn) {
	for _, s := range t.result.out.Sent {
		if s.To == t.fan.openid || s.To == "" {
			continue
		}
		report := scriptSent(s)
		status := store.AnsweredAsync
		if report.Err != "" {
			status = store.Failed
		}
		f.o.Store.Record(store.Record{
			Account: t.account.name, OpenID: s.To, Received: s.At, Status: status, Outcome: store.SentAlone,
			ReplyKind: s.Kind, Reply: s.Shown, Rule: t.result.out.Rule, Build: t.edition.build, Error: report.Err,
			Sends: []store.Send{report.stored()}, WindowClosed: isCode(s.Err, 45015, 45047),
		})
	}
}
