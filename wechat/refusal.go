package wechat

// Cause says why a request was refused, as a word for logs and metrics.
type Cause string

// The causes, in the order in which they are looked for.
const (
	CauseTooLarge     Cause = "too_large"
	CauseSignature    Cause = "signature"     // no known token made the signature
	CauseStale        Cause = "stale"         // signed too long ago, or in the future
	CauseMalformed    Cause = "malformed"     // not a push of WeChat
	CauseNotEncrypted Cause = "not_encrypted" // a safe account, and no Encrypt
	CauseEncrypted    Cause = "encrypted"     // a plain account, and nothing but Encrypt
	CauseMsgSignature Cause = "msg_signature" // the encrypted part is not what WeChat signed
	CauseAESKey       Cause = "aes_key"       // no known key opens it
	CauseAppID        Cause = "appid"         // opened, but meant for another app id
	CauseReceiver     Cause = "receiver"      // ToUserName outside and inside differ
	CauseOriginalID   Cause = "original_id"   // meant for another original id
)

// Refusal is the error of Verify, Open and the parsers. It is for the operator's log: the answer to
// the request is the same empty 403 whatever the cause, so that nobody can learn from it.
type Refusal struct {
	Cause Cause
	// Detail says what was seen, without secrets and without the message.
	Detail string
}

// Error names the cause, what was seen, and what to do about it.
func (r *Refusal) Error() string {
	s := string(r.Cause) + ": " + r.Detail
	if cure := r.Cause.cure(); cure != "" {
		s += "; " + cure
	}
	return s
}

// cure is what the operator can do. Settings are named as in account.yaml and in 微信开发者平台, where they are found since 2025.
func (c Cause) cure() string {
	switch c {
	case CauseTooLarge:
		return "WeChat's pushes have a few KiB: this is a stranger"
	case CauseSignature:
		return "if this is WeChat, the token in account.yaml is not the Token in 微信开发者平台 (域名与消息推送配置)"
	case CauseStale:
		return "set this machine's clock (NTP), or raise max_skew; otherwise somebody replays an old request"
	case CauseMalformed:
		return "WeChat sends no such body: look for a proxy that changes it, or for a stranger"
	case CauseNotEncrypted:
		return "set 消息加解密方式 to 安全模式 in 微信开发者平台 (域名与消息推送配置), or mode: compatible in account.yaml while switching over"
	case CauseEncrypted:
		return "微信开发者平台 is set to 安全模式: set mode: safe and encoding_aes_key in account.yaml"
	case CauseMsgSignature:
		return "the token is right, so the query or the body was changed on the way: look for a proxy that rewrites them"
	case CauseAESKey:
		return "the encoding_aes_key in account.yaml is not the EncodingAESKey in 微信开发者平台 (域名与消息推送配置); right after changing it, give the old one under previous"
	case CauseAppID:
		return "the app_id in account.yaml is not the AppID in 微信开发者平台 (基础信息), or this callback URL belongs to another account"
	case CauseReceiver:
		return "the unsigned part of the body was changed on the way: look for a proxy that rewrites it"
	case CauseOriginalID:
		return "correct original_id (原始ID) in account.yaml, or the callback URL of the account that sends here"
	}
	return ""
}

func refuse(cause Cause, detail string) error { return &Refusal{Cause: cause, Detail: detail} }

func malformed(detail string) error { return refuse(CauseMalformed, detail) }
