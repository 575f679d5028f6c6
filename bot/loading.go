package bot

import (
	"errors"
	"sync"

	"moonwire/account"
)

// loading is where an account stands with its folder.
type loading struct {
	once sync.Once
	done chan struct{} // closed after the first load, however it went
	mu   sync.Mutex
	run  *loadRun // the one that counts; nil when none runs, and when it was given up
	sign string   // of the last state of the folder that was tried
	look look     // what was seen then
	err  error    // why the last save is not live

	doubted string // the sign of a trouble that was seen once, and may be a save under way
}

// start makes a load the one that counts.
func (l *loading) start(t *loadRun) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.run = t
}

// settle reports that what a load has found may count: it was not given up, and cannot be any more.
func (l *loading) settle(t *loadRun) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.run != t {
		return false
	}
	l.run = nil
	return true
}

// giveUp lets a load count for nothing, and the same state of the folder be tried again; false when the
// load is past the point where it could hang.
func (l *loading) giveUp(t *loadRun) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.run != t {
		return false
	}
	l.run, t.givenUp = nil, true
	l.sign, l.doubted = "", ""
	return true
}

// left ends a load and says whether it was given up.
func (l *loading) left(t *loadRun) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.run == t {
		l.run = nil
	}
	return t.givenUp
}

// forget lets the same state of the folder be tried again; said reports whether its trouble is the one of the
// last time.
func (l *loading) forget(err error) (said bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sign = ""
	return l.err != nil && l.err.Error() == err.Error()
}

// again lets the same state of the folder be tried again.
func (l *loading) again() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sign = ""
}

// fail notes why the last save is not live; nil when it is.
func (l *loading) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
}

// failure is why the last save is not live.
func (l *loading) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// doubts reports that a trouble is seen for the first time.
func (l *loading) doubts(sign string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sign == sign || l.doubted == sign {
		return false
	}
	l.doubted = sign
	return true
}

// begin notes a save; false when it is the one that was tried last, or when the load was given up.
func (l *loading) begin(t *loadRun, k look) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	sign := k.sign()
	if l.run != t || l.sign == sign {
		return false
	}
	l.sign, l.look, l.doubted = sign, k, ""
	return true
}

// seen is what was looked at last.
func (l *loading) seen() look {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.look
}

// goBack notes that a kept build serves in place of what was looked at last; "" = what was looked at shall serve.
func (l *loading) goBack(build string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sign != "" {
		l.look.stored = build
		l.sign = l.look.sign()
	}
}

// liesOutside reports whether a trouble may be mended without a change of the folder: a file that holds a secret.
func liesOutside(err error) bool {
	var config *account.ConfigError
	return errors.As(err, &config) && config.Outside
}
