package cli

import (
	"context"
	"crypto/sha256"
	"slices"
	"strconv"
	"sync"
	"time"

	"moonwire/bot"
	"moonwire/check"
	"moonwire/engine"
	"moonwire/words"
)

// Bounds of what is looked over after a save.
const (
	saveCheckTime = 5 * time.Second // for one build
	saveFindings  = 20              // are shown of one build; the rest is counted
)

// saveChecker looks over the texts of builds that have gone live, one after the other and away from loading, so that a save
// is live no later for it. Each build is looked over once. It refuses nothing.
type saveChecker struct {
	set  *engine.Set
	tell func(saveFindingsOf)

	mu      sync.Mutex
	waiting []bot.SaveReport // the newest of each account
	seen    map[string]looked
	rouse   chan struct{}
}

// looked is what was looked over of an account last.
type looked struct {
	build  string
	config [sha256.Size]byte
}

// saveFindingsOf is what was found in a build; more is how many findings it leaves out.
type saveFindingsOf struct {
	account, build string
	found          []check.Finding
	more           int
}

func newSaveChecker(set *engine.Set, tell func(saveFindingsOf)) *saveChecker {
	return &saveChecker{set: set, tell: tell, seen: map[string]looked{}, rouse: make(chan struct{}, 1)}
}

// watching are events that also tell the checker.
func (c *saveChecker) watching(e bot.Events) bot.Events {
	save, account := e.Save, e.Account
	e.Save = func(r bot.SaveReport) {
		save(r)
		c.offer(r)
	}
	e.Account = func(r bot.AccountReport) {
		account(r)
		if r.Gone {
			c.forget(r.Name)
		}
	}
	return e
}

// offer takes a build that has gone live. It does not wait.
func (c *saveChecker) offer(r bot.SaveReport) {
	if r.Made == nil {
		return
	}
	c.mu.Lock()
	c.waiting = slices.DeleteFunc(c.waiting, func(w bot.SaveReport) bool { return w.Account == r.Account })
	if now := (looked{r.Build, r.Made.Config}); c.seen[r.Account] != now {
		c.seen[r.Account] = now
		c.waiting = append(c.waiting, r)
	}
	c.mu.Unlock()
	select {
	case c.rouse <- struct{}{}:
	default:
	}
}

// run looks over what is offered until ctx ends.
func (c *saveChecker) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-c.rouse:
		}
		for r, ok := c.next(); ok && ctx.Err() == nil; r, ok = c.next() {
			if found := c.look(ctx, r); len(found.found) > 0 {
				c.tell(found)
			}
		}
	}
}

func (c *saveChecker) next() (r bot.SaveReport, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 {
		return r, false
	}
	r = c.waiting[0]
	c.waiting = slices.Delete(c.waiting, 0, 1)
	return r, true
}

// forget drops what is known of an account that is gone.
func (c *saveChecker) forget(account string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.seen, account)
	c.waiting = slices.DeleteFunc(c.waiting, func(w bot.SaveReport) bool { return w.Account == account })
}

func (c *saveChecker) look(ctx context.Context, r bot.SaveReport) saveFindingsOf {
	ctx, cancel := context.WithTimeout(ctx, saveCheckTime)
	defer cancel()
	all, err := check.Texts(ctx, c.set, r.Made.Texts, check.Options{Program: r.Made.Program})
	f := saveFindingsOf{account: r.Account, build: r.Build, found: all}
	if err != nil {
		return saveFindingsOf{}
	}
	if f.more = len(all) - saveFindings; f.more > 0 {
		slices.SortStableFunc(f.found, func(a, b check.Finding) int { return rank(a) - rank(b) })
		f.found = f.found[:saveFindings]
	}
	return f
}

// rank puts what does not work before doubts, where not all can be shown.
func rank(f check.Finding) int {
	if f.Warning {
		return 1
	}
	return 0
}

// findings prints what was found in a build, below the line that says that it is live.
func (t *terminal) findings(f saveFindingsOf) {
	var lines []string
	for _, one := range f.found {
		for _, line := range findingLines(accountFinding{f.account, one}, t.lang, t.paint) {
			lines = append(lines, "          "+line)
		}
	}
	if f.more > 0 {
		lines = append(lines, "          "+moreFindings(f, t.lang))
	}
	t.print(lines...)
}

func moreFindings(f saveFindingsOf, l words.Language) string {
	return words.Say(words.MoreFindings, "n", strconv.Itoa(f.more), "account", f.account).Cause.In(l)
}

// findings writes what was found in a build, once.
func (l *serveLog) findings(f saveFindingsOf) {
	for _, one := range f.found {
		fields := []any{"account", f.account, "build", f.build, "code", string(one.Code), "at", one.Place(), "finding", one.Cause.In(l.lang)}
		if cure := one.Cure.In(l.lang); cure != "" {
			fields = append(fields, "cure", cure)
		}
		l.Warn("check", fields...)
	}
	if f.more > 0 {
		l.Warn("check", "account", f.account, "build", f.build, "more", f.more, "cure", "moonwire check "+f.account)
	}
}
