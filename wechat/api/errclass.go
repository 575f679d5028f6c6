package api

import "errors"

// Class groups errcodes by what to do about them (wechat-protocol §7.1).
type Class uint8

// The reaction classes.
const (
	ClassOther       Class = iota // no rule: report it
	ClassToken                    // the access_token was refused
	ClassBusy                     // the platform is busy: again after 1, 2, 4 s
	ClassRate                     // too many in this minute
	ClassQuota                    // too many today: stop until 00:00 China time
	ClassUnreachable              // the fan cannot be written to now
	ClassOpenID                   // the openid is no fan of this account
	ClassMedia                    // the media or its id is wrong
	ClassRequest                  // the request is malformed
	ClassSize                     // something is too long
	ClassTemplate                 // the template or its data do not fit
	ClassMenu                     // the menu does not fit
	ClassPermission               // the account lacks the right
	ClassIP                       // this machine's address is not allowed
	ClassSecret                   // AppID or AppSecret is wrong
	ClassOAuth                    // the user must authorize again
)

var classNames = [...]string{
	"other", "token", "busy", "rate", "quota", "unreachable", "openid", "media", "request", "size", "template",
	"menu", "permission", "ip", "secret", "oauth",
}

// String is a word for logs and metrics.
func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return classNames[ClassOther]
}

// isErrcode reports whether err is the platform's refusal with that code.
func isErrcode(err error, code int) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Code == code
}
