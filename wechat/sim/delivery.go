package sim

import (
	"context"
	"time"
)

// Notice is the grey line WeChat shows in the chat when an account gave no usable answer.
const Notice = "该公众号提供的服务出现故障，请稍后再试"

// Push is one push and how it is to be delivered.
type Push struct {
	Account string
	// Fan is a name, or an openid.
	Fan string
	Act Act
	// Window overrides the platform's reply window; 0 = Options.ReplyWindow.
	Window time.Duration
	// Times delivers the push this many times whatever is answered; 0 = as WeChat does: once, and up to
	// twice more while no answer comes.
	Times int
	// AtOnce sends those deliveries all at the same time instead of one after the other.
	AtOnce bool
	// Pause is called before delivery n (from 2) of those in turn; an error ends the delivery.
	Pause func(ctx context.Context, n int) error
	// HangUp, when closed, cuts every connection of this push and ends it.
	HangUp <-chan struct{}
}

// Delivery is what became of a push.
type Delivery struct {
	Account string `json:"account"`
	Fan     string `json:"fan"`
	OpenID  string `json:"openid"`
	// MsgID is empty for events.
	MsgID string `json:"msg_id,omitempty"`
	Act   string `json:"act"`
	// Plain is the push before signing and sealing: XML, or JSON.
	Plain    string    `json:"plain"`
	Attempts []Attempt `json:"attempts"`
	// Reply is what the phone shows of the first answer; nil when it shows nothing.
	Reply *Shown `json:"reply,omitempty"`
	// Notice is the failure notice when the phone shows it.
	Notice string `json:"notice,omitempty"`
	// Cause says why there is a notice, or why an answer is not shown.
	Cause string `json:"cause,omitempty"`
	// Withheld says why the push never reached the account: an agent has the fan, or a blacklist.
	Withheld string `json:"withheld,omitempty"`
	// Err is set when there was nothing to push: no such account, or an act the fan cannot do.
	Err error `json:"-"`
	// Seq is the number of the fan's act in the transcript; what follows from it has higher ones.
	Seq int64 `json:"seq"`
}

// Answered says whether WeChat took an answer, success and the empty body included.
func (d *Delivery) Answered() bool {
	for _, a := range d.Attempts {
		if a.Verdict == Shows || a.Verdict == Silence {
			return true
		}
	}
	return false
}

// Verdict is WeChat's judgement on one attempt.
type Verdict string

// The verdicts. Only TimedOut, Broken and BadStatus make WeChat ask again.
const (
	Shows     Verdict = "shows"      // a reply that the phone shows
	Silence   Verdict = "silence"    // success or an empty body
	badReply  Verdict = "bad_reply"  // an answer that is not a valid reply
	TimedOut  Verdict = "timed_out"  // no answer within the window
	Broken    Verdict = "broken"     // connection refused or cut
	badStatus Verdict = "bad_status" // a status other than 200
	HungUp    Verdict = "hung_up"    // the test, or the end of its context, cut the connection
)

// Attempt is one delivery of a push over HTTP.
type Attempt struct {
	// Number counts from 1.
	Number int `json:"number"`
	// Query and Body are what was sent.
	Query string `json:"query"`
	Body  string `json:"body"`
	// Status, ContentType and Answer are what came back; Opened is the answer after decryption.
	Status      int           `json:"status,omitempty"`
	ContentType string        `json:"content_type,omitempty"`
	Answer      string        `json:"answer,omitempty"`
	Opened      string        `json:"opened,omitempty"`
	Took        time.Duration `json:"took"`
	Verdict     Verdict       `json:"verdict"`
	// Cause says what is wrong, for every verdict but Shows and Silence.
	Cause string `json:"cause,omitempty"`
	Reply *Shown `json:"reply,omitempty"`
	// Unreached is set where nothing listens at the callback's address.
	Unreached bool `json:"-"`
}

// Push lets a fan do something and delivers it as WeChat does. It returns once an answer was judged or
// all attempts failed. Pushes of several fans, and of one, may run at the same time.
func (p *Platform) Push(ctx context.Context, account, fan string, act Act) *Delivery {
	return p.Deliver(ctx, Push{Account: account, Fan: fan, Act: act})
}
