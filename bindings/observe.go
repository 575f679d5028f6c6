package bindings

import (
	"errors"

	"moonwire/engine"
)

// observer is Input.Observe, from which the tokens that the turn was given are kept.
func (s *state) observer() engine.Observer {
	if s.in.Observe == nil {
		return nil
	}
	return func(o engine.Observed) {
		if len(s.secrets) > 0 {
			o.Label, o.Value = s.conceal(o.Label), s.concealData(o.Value)
			if o.Err != nil {
				o.Err = errors.New(s.conceal(o.Err.Error()))
			}
		}
		s.in.Observe(o)
	}
}

// concealData takes tokens out of plain data, by copy.
func (s *state) concealData(v any) any {
	switch v := v.(type) {
	case string:
		return s.conceal(v)
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = s.concealData(item)
		}
		return list
	case map[string]any:
		fields := make(map[string]any, len(v))
		for name, field := range v {
			fields[s.conceal(name)] = s.concealData(field)
		}
		return fields
	}
	return v
}
