package wechat

// Cause says why a request was refused, as a word for logs and metrics.
type Cause string

// The causes, in the order in which they are looked for.
const (
	CauseTooLarge     Cause = "too_large"
	CauseSignature    Cause = "signature"
	CauseStale        Cause = "stale"
	CauseMalformed    Cause = "malformed"
	CauseNotEncrypted Cause = "not_encrypted"
	CauseEncrypted    Cause = "encrypted"
	CauseMsgSignature Cause = "msg_signature"
	CauseAESKey       Cause = "aes_key"
	CauseAppID        Cause = "appid"
	CauseReceiver     Cause = "receiver"
	CauseOriginalID   Cause = "original_id"
)

// Refusal is the error of Verify and Open.
type Refusal struct {
	Cause  Cause
	Detail string
}

func (r *Refusal) Error() string { return string(r.Cause) }
