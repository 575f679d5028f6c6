package bot

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"moonwire/account"
	"moonwire/llm"
	"moonwire/outside"
	"moonwire/store"
)

// model is an account's language model as its scripts have it: within its budgets.
type model struct {
	config   *account.LLM
	client   *llm.Client
	store    *store.Store
	account  string
	location *time.Location
	now      func() time.Time
	after    After
	log      *slog.Logger
}

// model makes the language model of an account, nil when it has none. In dev the stand-in takes the place of one that is
// not there, and of one whose key is not set.
//
// A question goes the way of all calls of the account, so that no script learns by it what is on this machine or beside
// it; the stand-in's does not.
func (l *loader) model(c *account.Config, way *outside.Account) *model {
	config, doer := c.LLM, l.o.ModelDoer
	if doer == nil {
		doer = outside.Stream{Account: way}
	}
	if l.o.StandInModel.Base != "" && (config == nil || config.Endpoint.Base == "") {
		stood := account.DefaultLLM(l.o.StandInModel)
		if config != nil {
			stood.MaxTokens, stood.Label, stood.Budget, stood.Price = config.MaxTokens, config.Label, config.Budget, config.Price
			stood.Models = append(stood.Models, config.Models...)
		}
		if l.o.ModelDoer == nil {
			doer = l.standIn
		}
		config = stood
	}
	if config == nil || config.Endpoint.Base == "" {
		return nil
	}
	return &model{
		config: config, store: l.o.Store, account: c.Name, location: c.Location, now: l.o.Now, after: l.o.After, log: l.o.Log,
		client: llm.NewClient(config.Endpoint, llm.Options{Doer: doer, Now: l.o.Now, After: llm.After(l.o.After), Thinkers: &l.thinkers}),
	}
}

func (m *model) MayUse(name string) error { return m.config.MayUse(name) }

func (m *model) MaxTokens() int { return m.config.MaxTokens }

func (m *model) Label() bool { return m.config.Label }

func (m *model) Cost(u llm.Usage) float64 { return m.config.Price.Cost(u) }

// Ask asks within the budgets of the day: what the question may take is reserved before, and settled after, so that many
// questions at once do not take together what each alone could.
func (m *model) Ask(ctx context.Context, openid string, r llm.Request) (*llm.Answer, error) {
	if r.MaxTokens == 0 {
		r.MaxTokens = m.config.MaxTokens
	}
	key := store.SpendingKey{Account: m.account, OpenID: openid, Day: store.SpendingDay(m.now().In(m.location))}
	reserved := int64(r.Guess() + r.MaxTokens)
	most := store.SpendingBounds{Fan: m.config.Budget.Fan, Account: m.config.Budget.Day}
	whose, err := m.store.ReserveTokens(ctx, key, reserved, most)
	switch {
	case err != nil:
		return nil, err
	case whose == "fan":
		return nil, llm.NewError(llm.Budget, "this fan has no more of today's %d tokens for a question that may take %d (llm: budget: fan)", most.Fan, reserved)
	case whose != "":
		return nil, llm.NewError(llm.Budget, "the account has no more of today's %d tokens for a question that may take %d (llm: budget: day)", most.Account, reserved)
	}
	a, err := m.client.Chat(ctx, r)
	if settling := m.store.SettleTokens(context.WithoutCancel(ctx), key, used(r, a, err)-reserved); settling != nil {
		m.log.Error("tokens could not be settled; they stay reserved", "account", m.account, "error", settling)
	}
	return a, err
}

// used is what a question took: what the provider says, and of one that came to nothing what it may have read.
func used(r llm.Request, a *llm.Answer, err error) int64 {
	if a != nil {
		return int64(a.Usage.Total())
	}
	var e *llm.Error
	if errors.As(err, &e) && !e.Kind.Charged() {
		return 0
	}
	return int64(r.Guess())
}
