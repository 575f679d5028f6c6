package sim

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"
)

func showClock(a *ask) (any, error) {
	return map[string]any{"now": a.p.Now(), "unix": a.p.Now().Unix()}, nil
}

// moveClock takes {"advance":"48h"}, {"set":"2026-03-02T09:00:00+08:00"} or {"reset":true}.
func moveClock(a *ask) (any, error) {
	var body struct {
		Advance span       `json:"advance"`
		Set     *time.Time `json:"set"`
		Reset   bool       `json:"reset"`
	}
	if err := a.read(&body); err != nil {
		return nil, err
	}
	switch {
	case body.Reset:
		a.p.SetClock(a.p.o.Now())
	case body.Set != nil:
		a.p.SetClock(*body.Set)
	case body.Advance != 0:
		a.p.MoveClock(time.Duration(body.Advance))
	default:
		return nil, errors.New("want advance, set or reset")
	}
	return showClock(a)
}

func listFaults(a *ask) (any, error) {
	set := []faultBody{}
	for _, f := range a.p.Faults() {
		set = append(set, faultBody{f, span(f.Slow)})
	}
	return map[string]any{"faults": set}, nil
}

// faultBody is a Fault with slow as "2s" or seconds.
type faultBody struct {
	Fault
	Slow span `json:"slow,omitzero"`
}

func addFault(a *ask) (any, error) {
	var body faultBody
	if err := a.read(&body); err != nil {
		return nil, err
	}
	if body.Path == "" {
		return nil, errors.New(`path is missing: an API path, "*" for all APIs, or "push"`)
	}
	body.Fault.Slow = time.Duration(body.Slow)
	return map[string]string{"id": a.p.AddFault(body.Fault)}, nil
}

func clearFaults(a *ask) (any, error) {
	a.p.RemoveFault(a.vars["id"])
	return ok(), nil
}

func saveState(a *ask) (any, error) {
	var b bytes.Buffer
	if err := a.p.Save(&b); err != nil {
		return nil, err
	}
	return json.RawMessage(b.Bytes()), nil
}

func loadState(a *ask) (any, error) {
	return ok(), a.p.Load(bytes.NewReader(a.body))
}
