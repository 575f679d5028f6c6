package sim

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Pushes is the Path of faults that strike pushes instead of an API.
const Pushes = "push"

// Fault is something that goes wrong on request.
type Fault struct {
	ID string `json:"id"`
	// Account is a name; "" = all accounts.
	Account string `json:"account,omitempty"`
	// Path is an API path, with or without /cgi-bin/, "*" for all APIs, or Pushes.
	Path string `json:"path"`
	// Times is how often it strikes before it is gone; 0 = until removed.
	Times int `json:"times,omitempty"`
	// Slow waits first: before the API answers, or before the push leaves.
	Slow time.Duration `json:"slow,omitempty"`

	// ErrCode and ErrMsg are answered instead of carrying the call out.
	ErrCode int    `json:"errcode,omitempty"`
	ErrMsg  string `json:"errmsg,omitempty"`
	// Status is answered, with a page that is no JSON, instead of carrying the call out.
	Status int `json:"status,omitempty"`
	// Cut closes the connection without carrying the call out.
	Cut bool `json:"cut,omitempty"`
	// Lost carries the call out, or delivers the push, and loses the answer.
	Lost bool `json:"lost,omitempty"`
	// Garbage answers 200 with a body that is no JSON.
	Garbage bool `json:"garbage,omitempty"`

	// Drop loses an attempt of a push on its way.
	Drop bool `json:"drop,omitempty"`
	// Duplicate delivers an attempt of a push twice at the same time.
	Duplicate bool `json:"duplicate,omitempty"`
	// Reorder holds a push back until the account's next one has been delivered, one reply window at most.
	Reorder bool `json:"reorder,omitempty"`
}

type faultList struct {
	mu   sync.Mutex
	next int
	list []*Fault
}

// AddFault makes something go wrong from now on and returns the fault's id.
func (p *Platform) AddFault(f Fault) string {
	l := p.faults
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next++
	if f.ID == "" {
		f.ID = "fault-" + strconv.Itoa(l.next)
	}
	l.list = append(l.list, &f)
	return f.ID
}

// RemoveFault ends a fault before its time; "" ends all.
func (p *Platform) RemoveFault(id string) {
	l := p.faults
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = slices.DeleteFunc(l.list, func(f *Fault) bool { return id == "" || f.ID == id })
}

// Faults lists what is set to go wrong.
func (p *Platform) Faults() []Fault {
	l := p.faults
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]Fault, 0, len(l.list))
	for _, f := range l.list {
		all = append(all, *f)
	}
	return all
}

// strike returns the first fault that strikes here and counts it; the zero Fault when none does.
func (l *faultList) strike(account, path string) Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, f := range l.list {
		if f.Account != "" && f.Account != account || !f.strikes(path) {
			continue
		}
		struck := *f
		if f.Times == 1 {
			l.list = slices.Delete(l.list, i, i+1)
		} else if f.Times > 1 {
			f.Times--
		}
		return struck
	}
	return Fault{}
}

func (f *Fault) strikes(path string) bool {
	if f.Path == Pushes || path == Pushes {
		return f.Path == path
	}
	want := "/" + strings.Trim(f.Path, "/")
	return f.Path == "*" || path == want || path == "/cgi-bin"+want
}
