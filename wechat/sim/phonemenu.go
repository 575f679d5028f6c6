package sim

import "encoding/json"

// MenuOf is the menu as the fan's phone shows it, in WeChat's JSON; an empty list when there is none.
func (p *Platform) MenuOf(accountName, fanName string) (json.RawMessage, error) {
	a, err := p.account(accountName)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	m := a.state.Menu.of(a.fan(fanName, p.Now()))
	if m == nil {
		return json.RawMessage(`[]`), nil
	}
	return quoteJSON(m.Button), nil
}
