package bot

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"sync"

	"moonwire/store"
)

// Why an answer is kept for its fan.
const (
	inFront = 'p' // its push was refused: it stands in front of the fan's next text, or is fetched
	toFetch = 'f' // it came late, and the fan was told how to fetch it
	further = 'm' // the rest of a text; the part before it has a link that fetches it
)

// asLeft is the type of an answer that is given as it was left: packed, whatever its kind.
const asLeft = "kept"

// lateAnswer is an answer that is kept for a fan. Its record in the store is why, id and the packed reply, whose text may
// be longer than one message; records of older versions have no id.
type lateAnswer struct {
	row    int64 // of the store; 0 = not there yet
	why    byte
	id     string // with which a tap on a link to it arrives
	packed []byte
}

func newLateAnswer(why byte, packed []byte) lateAnswer {
	return lateAnswer{why: why, id: newPartID(), packed: packed}
}

// partIDDigits are the digits of an id. They are too many to be guessed, and the ids of menus have fewer.
const partIDDigits = 18

// newPartID is a number of partIDDigits digits, by chance.
func newPartID() string {
	const least = 100_000_000_000_000_000
	n, err := rand.Int(rand.Reader, big.NewInt(9*least))
	if err != nil {
		panic(err) // crypto/rand ends the process before it answers so
	}
	return n.Add(n, big.NewInt(least)).String()
}

// isPartID reports whether an id has the shape of newPartID's.
func isPartID(id string) bool {
	if len(id) != partIDDigits {
		return false
	}
	for _, c := range id {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func (a lateAnswer) record() []byte {
	return append(append([]byte{a.why}, a.id...), a.packed...)
}

func readLateAnswer(k store.KeptAnswer) (a lateAnswer, ok bool) {
	if len(k.Answer) < 2 {
		return a, false
	}
	a = lateAnswer{row: k.ID, why: k.Answer[0], packed: k.Answer[1:]}
	if len(a.packed) > partIDDigits && isPartID(string(a.packed[:partIDDigits])) {
		a.id, a.packed = string(a.packed[:partIDDigits]), a.packed[partIDDigits:]
	}
	return a, true
}

// lateAnswers remembers for which fans an answer is kept in the store, so that no message of any other fan has
// to ask. It may name a fan too many, never one too few of those kept by this process, or before it began.
type lateAnswers struct {
	mu       sync.Mutex
	fans     map[string]uint64 // openid → how often one was added
	recalled bool              // those of the store are known
}

// known says that all fans of the store have been added.
func (a *lateAnswers) known() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.recalled = true
}

// knows reports whether all fans of the store have been added.
func (a *lateAnswers) knows() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.recalled
}

// add is called once the answer is in the store.
func (a *lateAnswers) add(openid string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.fans == nil {
		a.fans = make(map[string]uint64)
	}
	a.fans[openid]++
}

// mark is to be asked for before the store is.
func (a *lateAnswers) mark(openid string) uint64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.fans[openid]
}

// none notes that the store had nothing for a fan, unless something was added since the mark.
func (a *lateAnswers) none(openid string, mark uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.fans[openid] == mark {
		delete(a.fans, openid)
	}
}

// named reports whether one was added for a fan.
func (a *lateAnswers) named(openid string) bool { return a.mark(openid) > 0 }

// has reports whether one may be kept for a fan.
func (a *lateAnswers) has(openid string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.recalled || a.fans[openid] > 0
}

// putLateAnswer keeps an answer for the fan of a turn, for 24 h.
func (f *Fleet) putLateAnswer(w *work, a lateAnswer) bool {
	if len(a.packed) == 0 || w.fan.openid == "" {
		return false
	}
	err := f.o.Store.KeepAnswer(f.beyond, w.account.name, w.fan.openid, a.record())
	if err != nil {
		f.o.Log.Error("a late answer could not be kept", "account", w.account.name, "trace", w.trace, "error", err)
		return false
	}
	w.account.late.add(w.fan.openid)
	return true
}

// findLateAnswer looks up where a late answer lies in the store; false when it has been fetched.
func (f *Fleet) findLateAnswer(w *work, a *lateAnswer) bool {
	found, ok := first(f.lateAnswersOf(w), func(b lateAnswer) bool { return b.id == a.id })
	a.row = found.row
	return ok
}

// takeLateAnswer removes what findLateAnswer has found; false when it has been fetched.
func (f *Fleet) takeLateAnswer(w *work, a *lateAnswer) bool {
	ok, err := f.o.Store.TakeAnswer(f.beyond, w.account.name, w.fan.openid, a.row)
	return f.changed(w, ok, err)
}

// changeLateAnswer puts another late answer in place of what findLateAnswer has found; false when that has been fetched.
func (f *Fleet) changeLateAnswer(w *work, a *lateAnswer, to lateAnswer) bool {
	ok, err := f.o.Store.ChangeAnswer(f.beyond, w.account.name, w.fan.openid, a.row, to.record())
	return f.changed(w, ok, err)
}

// changed says whether what was kept is changed, or may be: where the store fails, the fan gets what there is.
func (f *Fleet) changed(w *work, ok bool, err error) bool {
	if err != nil {
		f.o.Log.Error("a late answer that is being sent is still kept", "account", w.account.name, "trace", w.trace, "error", err)
	}
	return ok || err != nil
}

// lateAnswersOf are the answers kept for the fan of a turn, the oldest first.
func (f *Fleet) lateAnswersOf(w *work) (all []lateAnswer) {
	if !f.mayWait(w) {
		return nil
	}
	mark := w.account.late.mark(w.fan.openid)
	found, err := f.o.Store.KeptAnswers(f.life, w.account.name, w.fan.openid)
	if err != nil {
		f.o.Log.Error("a kept answer could not be read", "account", w.account.name, "trace", w.trace, "error", err)
		return nil
	}
	for _, k := range found {
		if a, ok := readLateAnswer(k); ok {
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		w.account.late.none(w.fan.openid, mark)
	}
	return all
}

// mayWait reports whether an answer may be kept for the fan of a turn. What other processes keep only the store
// knows.
func (f *Fleet) mayWait(w *work) bool {
	return w.fan.openid != "" && (w.account.late.has(w.fan.openid) || !f.o.Store.Alone())
}

// nothingLeft knows of the accounts that are listed at the start and have no answers that none are kept: one question in
// place of one for each.
func (f *Fleet) nothingLeft(ctx context.Context) error {
	answered, err := f.o.Store.AnsweredAccounts(ctx)
	if err != nil {
		return fmt.Errorf("read for which accounts answers are kept: %w", err)
	}
	for name, a := range f.accounts.all() {
		if !answered[name] {
			a.late.known()
		}
	}
	return nil
}

// recallLateAnswers learns from the store for which fans an answer is kept.
func (a *Account) recallLateAnswers(ctx context.Context, s *store.Store) error {
	if a.late.knows() {
		return nil
	}
	err := s.AnsweredFans(ctx, a.name, a.late.add)
	if err == nil {
		a.late.known()
	}
	return err
}
