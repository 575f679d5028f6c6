package sim

import (
	"encoding/json"
	"fmt"
	"io"
)

// saved is the file of a platform: per account what it has, without its settings and secrets, and the
// tokens it gave out.
type saved struct {
	Version  int               `json:"version"`
	Accounts map[string]*state `json:"accounts"`
}

const savedVersion = 1

// Save writes what all accounts have (fans, chats, menus, media, …) as JSON. Settings are not in it:
// they come from AddAccount. The file holds tokens: keep it private.
func (p *Platform) Save(w io.Writer) error {
	out := map[string]json.RawMessage{}
	for _, a := range p.all() {
		a.mu.Lock()
		b, err := json.Marshal(a.state)
		a.mu.Unlock()
		if err != nil {
			return fmt.Errorf("save account %q: %w", a.name, err)
		}
		out[a.name] = b
	}
	return json.NewEncoder(w).Encode(map[string]any{"version": savedVersion, "accounts": out})
}

// Load gives accounts back what Save wrote of them. Accounts that are not set up are passed over; nothing
// is changed when the file cannot be read.
func (p *Platform) Load(r io.Reader) error {
	var in saved
	if err := json.NewDecoder(r).Decode(&in); err != nil {
		return fmt.Errorf("saved platform: %w", err)
	}
	if in.Version != savedVersion {
		return fmt.Errorf("saved platform: version %d; want %d", in.Version, savedVersion)
	}
	for name, s := range in.Accounts {
		a, err := p.account(name)
		if err != nil || s == nil {
			continue
		}
		s.complete()
		a.mu.Lock()
		s.addTemplates(a.set.Templates)
		for _, f := range a.state.Fans {
			f.Chat.wake()
		}
		a.state = s
		a.mu.Unlock()
	}
	return nil
}
