package transcript

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"moonwire/wechat/sim"
)

// declares says what another server answers.
type declares struct {
	at
	route route
}

func (s *declares) play(p *play) *Failure {
	p.world.web.declare(s.route)
	return nil
}

// faults lets WeChat's API fail.
type faults struct {
	at
	fault sim.Fault
}

func (s *faults) play(p *play) *Failure {
	fault := s.fault
	fault.Account = p.world.account
	p.world.platform.AddFault(fault)
	return nil
}

// slows makes the next script, or the next call of an API, take its time.
type slows struct {
	at
	path string // of WeChat's API; "" = the next script
	by   time.Duration
}

func (s *slows) play(p *play) *Failure {
	if s.path == "" {
		p.world.delay.next(s.by)
		return nil
	}
	p.world.mu.Lock()
	defer p.world.mu.Unlock()
	path := plainPath(s.path)
	p.world.slowAPIs[path] = append(p.world.slowAPIs[path], s.by)
	return nil
}

// restarts ends the program and starts it anew.
type restarts struct{ at }

func (s *restarts) play(p *play) *Failure {
	return p.after(func() error { return p.world.restart(p.ctx) })
}

// after does something between what fans do, and takes in what comes of it.
func (p *play) after(do func() error) *Failure {
	if f := p.settled(); f != nil {
		return f
	}
	err := do()
	if err == nil {
		_, err = p.world.settle(p.ctx, nil)
	}
	if err != nil {
		return p.broken(err)
	}
	return p.takeIn()
}

// moveOver lets what follows reach another program on the same data.
type moveOver struct {
	at
	node int
}

func (s *moveOver) play(p *play) *Failure {
	return p.after(func() error { return p.world.moveOver(p.ctx, s.node) })
}

// saves writes a file of the account, as an author would.
type saves struct {
	at
	name, body string
	broken     bool // it shall not load
}

func (s *saves) play(p *play) *Failure {
	var told *errScripts
	f := p.after(func() error {
		err := p.world.save(s.name, s.body)
		for _, n := range p.world.all() {
			if err == nil {
				err = p.world.load(p.ctx, n)
			}
		}
		if errors.As(err, &told) && s.broken {
			return nil
		}
		return err
	})
	if f == nil && s.broken && told == nil {
		return &Failure{Kind: Wrong, Message: "the save is live, and should be broken"}
	}
	return f
}

// save writes a file at one stroke.
func (w *world) save(name, body string) error {
	below := filepath.Join(w.account, filepath.FromSlash(name))
	if strings.HasPrefix(name, "shared/") {
		below = filepath.FromSlash(name)
	}
	coming, path := filepath.Join(w.dir, "coming"), filepath.Join(w.scripts(), below)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(coming, []byte(body), 0o644); err != nil {
		return err
	}
	if err := os.Rename(coming, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
