package bot

import "context"

// cancellation is the event of a fan who has left WeChat.
const cancellation = "user_authorization_cancellation"

// forget removes what is kept of a fan who has left WeChat (wechat-protocol.md §9.1). false: that failed, and the
// push must not be answered, so that the platform sends it again.
func (f *Fleet) forget(t *turn) bool {
	if t.fan.openid == "" || !t.push.Message.IsEventNamed(cancellation) {
		return true
	}
	t.account.waiting.remove(t.fan.openid)
	err := f.o.Store.Forget(context.WithoutCancel(f.life), t.account.name, t.fan.openid)
	if err != nil {
		f.o.Log.Error("a fan who left WeChat could not be forgotten", "account", t.account.name, "trace", t.trace, "error", err)
	}
	return err == nil
}
