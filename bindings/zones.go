package bindings

import (
	"errors"
	"sync"
	"time"
)

// Zones keeps time zones that were named: reading one costs a look into a file, and each has some 700 bytes.
// The zero value is empty; a nil one keeps nothing. Safe for concurrent use.
type Zones struct {
	mu  sync.Mutex
	all map[string]*time.Location
}

// maxZones bounds how many are kept; there are some 600.
const maxZones = 1_000

// Load finds a zone by its name in the IANA database.
func (z *Zones) Load(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, errors.New("no zone")
	}
	if z == nil {
		return time.LoadLocation(name)
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	if l := z.all[name]; l != nil {
		return l, nil
	}
	l, err := time.LoadLocation(name)
	if err != nil {
		return nil, err
	}
	if z.all == nil {
		z.all = map[string]*time.Location{}
	}
	if len(z.all) < maxZones {
		z.all[name] = l
	}
	return l, nil
}
