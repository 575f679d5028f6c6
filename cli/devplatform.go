package cli

import (
	"errors"
	"fmt"
	"sync"

	"moonwire/bot"
	"moonwire/chat"
	"moonwire/outside"
	"moonwire/wechat/sim"
)

// devPlatform gives the stand-in platform the accounts that the fleet has.
type devPlatform struct {
	platform *sim.Platform
	term     *terminal
	base     string
	accounts func() []bot.Status
	busy     func(account, openid string) bool
	opened   map[string][]outside.Opened // private_http

	mu      sync.Mutex
	refused map[string]refusal // accounts that the platform does not take
}

type refusal struct {
	report bot.AccountReport
	why    string
}

// api lets the fans of the stand-in platform act.
func (s *devPlatform) api(p Process) chat.DevAPI {
	return chat.DevAPI{
		Platform: s.platform,
		Unknown:  func(account string) string { return p.typed(s.unknown(account)) },
		Busy:     func(account, openid string) bool { return s.busy(account, openid) },
	}
}

// unknown says why an account cannot be talked to, although it may have a folder.
func (s *devPlatform) unknown(name string) string {
	var all []string
	s.mu.Lock()
	refused, is := s.refused[name]
	s.mu.Unlock()
	if is {
		return name + " cannot be talked to: " + refused.why
	}
	for _, a := range s.accounts() {
		switch {
		case a.State == bot.StateGone:
		case a.Name != name:
			all = append(all, a.Name)
		case a.Err != "":
			return name + " cannot be talked to before it has loaded once: " + a.Err + " (see the terminal of moonwire dev)"
		default:
			return name + " is being loaded; try again in a moment"
		}
	}
	if len(all) == 0 {
		return fmt.Sprintf("no such account: %q; there is none yet, `moonwire new %s` makes one", name, "shop")
	}
	return fmt.Sprintf("no such account: %q; there are %s", name, join(all))
}

func (s *devPlatform) account(r bot.AccountReport) {
	if r.Gone {
		s.platform.RemoveAccount(r.Name)
		s.forget(r.Name)
		s.term.print(s.term.paint(grey, s.term.now().Format("15:04:05")) + "  " + r.Name + "  the folder is gone, so is the account")
		return
	}
	callback := s.base + "/wx/" + r.Name
	if !s.takes(r, callback) {
		return // the line of the save says why
	}
	line := fmt.Sprintf("%s  %s  %s  %s, %s", s.term.paint(grey, s.term.now().Format("15:04:05")), r.Name, callback, r.Config.Kind, r.Config.Mode)
	if len(r.Config.Derived) > 0 {
		line += s.term.paint(grey, fmt.Sprintf("  (made up for dev: %s)", join(r.Config.Derived)))
	}
	s.term.print(line)
	if here := onThisMachine(s.opened, r.Name); len(here) > 0 {
		s.term.print(s.term.paint(yellow, "          scripts of "+r.Name+" may call programs on this machine: "+join(here)+" (private_http in moonwire.yaml)"))
	}
	for _, k := range r.Config.APIKeys {
		if k.MadeUp {
			s.term.print(s.term.paint(grey, "          HTTP interface of "+r.Name+" as "+k.Name+": Authorization: Bearer "+k.Key))
		}
	}
}

// takes reports whether the platform has the account now.
func (s *devPlatform) takes(r bot.AccountReport, callback string) bool {
	err := s.platform.SetAccount(chat.Stranger(r.Config, callback))
	s.mu.Lock()
	if err != nil {
		s.refused[r.Name] = refusal{r, err.Error()}
	} else {
		delete(s.refused, r.Name)
	}
	s.mu.Unlock()
	if err == nil {
		s.again(r.Name)
	}
	return err == nil
}

// again offers the accounts that were refused once more: what stood in their way may be gone.
func (s *devPlatform) again(but string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, r := range s.refused {
		if name != but && s.platform.SetAccount(chat.Stranger(r.report.Config, s.base+"/wx/"+name)) == nil {
			delete(s.refused, name)
			s.term.print(fmt.Sprintf("%s  %s %s  can be talked to now", s.term.paint(grey, s.term.now().Format("15:04:05")), s.term.paint(green, "✓"), name))
		}
	}
}

func (s *devPlatform) forget(name string) {
	s.mu.Lock()
	delete(s.refused, name)
	s.mu.Unlock()
	s.again(name)
}

// save prints a save, but for an account that the platform does not take: that is one line, which says why.
func (s *devPlatform) save(r bot.SaveReport) {
	s.mu.Lock()
	refused, is := s.refused[r.Account]
	s.mu.Unlock()
	if is && r.Err == nil {
		r.Err, r.Live, r.Box, r.Warnings = errors.New("cannot be talked to: "+refused.why), false, "", nil
	}
	s.term.save(r)
}
