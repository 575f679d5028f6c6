package sim

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
)

// saved is the file of a platform: per account what it has and the tokens it gave out; with SaveAll also its
// settings and secrets.
type saved struct {
	Version  int                        `json:"version"`
	Settings []accountBody              `json:"settings,omitempty"`
	AppIDs   map[string]string          `json:"app_ids,omitempty"`
	Accounts map[string]json.RawMessage `json:"accounts"`
}

const savedVersion = 1

// Save writes what all accounts have (fans, chats, menus, media, …) as JSON. Settings are not in it:
// they come from AddAccount. The file holds tokens: keep it private.
func (p *Platform) Save(w io.Writer) error { return p.save(w, false) }

// SaveAll writes the settings and secrets of the accounts too, for a platform that is started again alone.
func (p *Platform) SaveAll(w io.Writer) error { return p.save(w, true) }

func (p *Platform) save(w io.Writer, whole bool) error {
	out := saved{Version: savedVersion, AppIDs: map[string]string{}, Accounts: map[string]json.RawMessage{}}
	for name, k := range p.parkedStates() {
		b, err := json.Marshal(k.state)
		if err != nil {
			return fmt.Errorf("save account %q: %w", name, err)
		}
		out.Accounts[name], out.AppIDs[name] = b, k.appID
	}
	for _, a := range p.all() {
		a.mu.Lock()
		b, err := json.Marshal(a.state)
		settings := a.set.Account
		a.mu.Unlock()
		if err != nil {
			return fmt.Errorf("save account %q: %w", a.name, err)
		}
		out.Accounts[a.name], out.AppIDs[a.name] = b, settings.AppID
		if whole {
			out.Settings = append(out.Settings, bodyOf(settings))
		}
	}
	return json.NewEncoder(w).Encode(out)
}

// Load gives accounts back what Save wrote of them, and sets up those that SaveAll wrote. What belongs to
// accounts that are not set up yet waits for them. Nothing is changed when the file cannot be read.
func (p *Platform) Load(r io.Reader) error {
	var in saved
	if err := json.NewDecoder(r).Decode(&in); err != nil {
		return fmt.Errorf("saved platform: %w", err)
	}
	if in.Version != savedVersion {
		return fmt.Errorf("saved platform: version %d; want %d", in.Version, savedVersion)
	}
	states := map[string]*state{}
	for name, body := range in.Accounts {
		s := &state{}
		if err := json.Unmarshal(body, s); err != nil {
			return fmt.Errorf("saved platform: account %q: %w", name, err)
		}
		s.complete()
		states[name] = s
	}
	for _, body := range in.Settings {
		account, err := body.account(Account{})
		if err == nil {
			err = p.SetAccount(account)
		}
		if err != nil {
			return fmt.Errorf("saved platform: %w", err)
		}
	}
	for name, s := range states {
		p.restore(name, in.AppIDs[name], s)
	}
	return nil
}

// parked is what a file had of an account that is not set up.
type parked struct {
	appID string // "" in files that do not tell
	state *state
}

// unpark takes the state that waits for an account; nil = there is none. The caller holds p.mu.
func (p *Platform) unpark(name, appID string) *state {
	k := p.parked[name]
	delete(p.parked, name)
	if k.appID != "" && k.appID != appID {
		return nil // openids belong to the app_id
	}
	return k.state
}

func (p *Platform) restore(name, appID string, s *state) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.accounts[name]
	if a == nil {
		p.parked[name] = parked{appID, s}
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	s.addTemplates(a.set.Templates)
	for _, f := range a.state.Fans {
		f.Chat.wake()
	}
	a.state = s
}

// parkedStates are those of accounts that are not set up. Nobody changes them.
func (p *Platform) parkedStates() map[string]parked {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return maps.Clone(p.parked)
}
