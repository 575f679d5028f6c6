package bot

// find is the account of that name. Until the folders have been listed nobody can say that one is not there, and
// until the other processes know of this one it takes no message; so the caller waits, within an attempt's window. gone,
// which may be nil, is asked for its channel only then.
func (f *Fleet) find(name string, gone func() <-chan struct{}) (a *Account, listed bool) {
	select {
	case <-f.ready:
		return f.Account(name), true
	default:
	}
	var left <-chan struct{}
	if gone != nil {
		left = gone()
	}
	passed, stop := f.o.After.timer(f.o.ReplyWindow)
	defer stop()
	select {
	case <-f.ready:
		return f.Account(name), true
	case <-passed:
	case <-left:
	}
	return nil, false
}

// releaseOf is what serves an account now. An account that nobody has loaded yet is loaded first, before all
// others; r waits for that, within its window. nil: there is nothing to serve, and r (which may be nil) has
// been told.
func (f *Fleet) releaseOf(a *Account, r Responder) *release {
	rel := a.current.Load()
	if rel != nil || f.awaitLoad(a, r) {
		rel = a.current.Load()
	} else if r != nil {
		r.Drop()
		return nil
	}
	if a.row().disabled() { // which was not known before it was loaded
		rel = nil
	}
	if rel == nil && r != nil {
		r.Refuse()
	}
	return rel
}

// awaitLoad waits for the first load of an account; false when that takes too long.
func (f *Fleet) awaitLoad(a *Account, r Responder) bool {
	select {
	case <-a.loading.done:
		return true
	default:
	}
	f.loader.queue.put(a.name, true)
	passed, stop := f.o.After.timer(f.o.ReplyWindow)
	defer stop()
	var gone <-chan struct{}
	if r != nil {
		gone = r.Gone()
	}
	select {
	case <-a.loading.done:
		return true
	case <-passed:
	case <-gone:
	}
	return false
}
