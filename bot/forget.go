package bot

// cancellation is the event of a fan who has left WeChat.
const cancellation = "user_authorization_cancellation"

// forget removes what is kept of a fan who has left WeChat (wechat-protocol.md §9.1). false: that failed, and the
// push must not be answered, so that the platform sends it again.
func (f *Fleet) forget(w *work) bool {
	if !w.leaves() {
		return true
	}
	mark := w.account.late.mark(w.fan.openid)
	err := f.o.Store.Forget(f.beyond, w.account.name, w.fan.openid)
	if err != nil {
		f.o.Log.Error("a fan who left WeChat could not be forgotten", "account", w.account.name, "trace", w.trace, "error", err)
	}
	if err == nil {
		w.account.late.none(w.fan.openid, mark)
	}
	return err == nil
}

// leaves reports whether the fan leaves the account with this push: all that is kept of the fan goes then.
func (w *work) leaves() bool {
	return w.fan.openid != "" && w.push != nil && w.push.Message.IsEventNamed(cancellation)
}
