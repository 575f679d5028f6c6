package account

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"moonwire/llm"
)

// LLM is the language model of an account.
type LLM struct {
	Endpoint  llm.Endpoint
	Models    []string // that scripts may name, that of the endpoint first
	MaxTokens int      // of one answer, unless a script says less
	Label     bool     // passive replies say that an AI wrote them
	Budget    LLMBudget
	Price     LLMPrice
}

// LLMBudget bounds what a model may be used for, in tokens a day of the account's time zone.
type LLMBudget struct {
	Day int64 // of all fans together
	Fan int64 // of one
}

// LLMPrice is what a million tokens cost, in whatever money the operator counts.
type LLMPrice struct{ Prompt, Completion float64 }

// Cost is what an answer costs.
func (p LLMPrice) Cost(u llm.Usage) float64 {
	return (float64(u.Prompt)*p.Prompt + float64(u.Completion)*p.Completion) / 1_000_000
}

// What an llm has unless account.yaml says otherwise, and at most.
const (
	defaultMaxTokens = 1_500
	mostMaxTokens    = 32_000
	defaultBudgetDay = 2_000_000
	defaultBudgetFan = 100_000
	mostModels       = 20
	longestModel     = 100
)

// DefaultLLM is an endpoint with all that account.yaml leaves out.
func DefaultLLM(e llm.Endpoint) *LLM {
	return &LLM{
		Endpoint: e, Models: []string{e.Model}, MaxTokens: defaultMaxTokens,
		Budget: LLMBudget{Day: defaultBudgetDay, Fan: defaultBudgetFan},
	}
}

// llmFile is llm as it is written.
type llmFile struct {
	Base      string         `yaml:"base"`
	Model     string         `yaml:"model"`
	Models    []string       `yaml:"models"`
	Key       string         `yaml:"key"`
	MaxTokens *int64         `yaml:"max_tokens"`
	Thinks    *bool          `yaml:"thinks"`
	Label     bool           `yaml:"label"`
	Budget    *llmBudgetFile `yaml:"budget"`
	Price     *llmPriceFile  `yaml:"price"`
}

type llmBudgetFile struct {
	Day *int64 `yaml:"day"`
	Fan *int64 `yaml:"fan"`
}

type llmPriceFile struct {
	Prompt     float64 `yaml:"prompt"`
	Completion float64 `yaml:"completion"`
}

// llmKeys are the keys under llm.
var llmKeys = []string{"base", "model", "models", "key", "max_tokens", "thinks", "label", "budget", "day", "fan", "price", "prompt", "completion"}

// llm settles which language model the account has.
func (l *loader) llm() *ConfigError {
	f := l.file.LLM
	if f == nil {
		return nil
	}
	if f.Base == "" {
		return l.about("llm", "base is missing; want the address of the provider up to what stands before /chat/completions, such as https://api.example.com/v1")
	}
	if err := llm.CheckBase(f.Base); err != nil {
		return l.about("llm.base", "%v", err)
	}
	m := DefaultLLM(llm.Endpoint{Base: f.Base, Model: f.Model, Thinks: f.Thinks})
	for _, step := range []func(*LLM, *llmFile) *ConfigError{l.llmModels, l.llmBudget, l.llmPrice, l.llmKey} {
		if err := step(m, f); err != nil {
			return err
		}
	}
	m.Label = f.Label
	l.config.LLM = m
	return nil
}

func (l *loader) llmModels(m *LLM, f *llmFile) *ConfigError {
	if f.Model == "" {
		return l.about("llm", "model is missing; want the name that the provider has for it")
	}
	if len(f.Models) > mostModels {
		return l.about("llm.models", "has %d models; want at most %d", len(f.Models), mostModels)
	}
	m.Models = append([]string{f.Model}, f.Models...)
	for i, name := range m.Models {
		path := "llm.models"
		if i == 0 {
			path = "llm.model"
		}
		if name == "" || len(name) > longestModel || strings.ContainsFunc(name, unicode.IsControl) {
			return l.about(path, "want the name of a model, of at most %d bytes", longestModel)
		}
	}
	if f.MaxTokens != nil {
		if *f.MaxTokens < 1 || *f.MaxTokens > mostMaxTokens {
			return l.about("llm.max_tokens", "is %d; want 1 to %d", *f.MaxTokens, mostMaxTokens)
		}
		m.MaxTokens = int(*f.MaxTokens)
	}
	return nil
}

func (l *loader) llmBudget(m *LLM, f *llmFile) *ConfigError {
	if f.Budget == nil {
		return nil
	}
	for _, one := range []struct {
		path  string
		value *int64
		into  *int64
	}{{"llm.budget.day", f.Budget.Day, &m.Budget.Day}, {"llm.budget.fan", f.Budget.Fan, &m.Budget.Fan}} {
		if one.value == nil {
			continue
		}
		if *one.value < 0 || *one.value > maxWhole {
			return l.about(one.path, "is %d; want a number of tokens a day, 0 for none at all", *one.value)
		}
		*one.into = *one.value
	}
	return nil
}

func (l *loader) llmPrice(m *LLM, f *llmFile) *ConfigError {
	if f.Price == nil {
		return nil
	}
	m.Price = LLMPrice(*f.Price)
	for name, p := range map[string]float64{"prompt": m.Price.Prompt, "completion": m.Price.Completion} {
		if p < 0 || p > 1e9 || math.IsNaN(p) {
			return l.about("llm.price."+name, "want what a million tokens cost")
		}
	}
	return nil
}

// llmKey resolves the key. In dev one that is not set makes the account do with the stand-in model.
func (l *loader) llmKey(m *LLM, f *llmFile) *ConfigError {
	ref, isRef, _ := parseReference(f.Key)
	if isRef && !l.o.Dev && !l.resolver.confines(ref) {
		l.refuse(l.about("llm.key", "%s: serve takes a reference here only where moonwire.yaml keeps each account to its own (%s); else any folder could send any secret of this process to a server of its choice",
			f.Key, map[string]string{"env": `secrets: { env_prefix: "{ACCOUNT}_" }`, "file": "secrets: { dir: /run/secrets/{account} }"}[ref.kind]))
		return nil
	}
	key, err := l.secret("llm.key", f.Key)
	switch {
	case errors.Is(err, errUnset) && l.o.Dev:
		l.config.Unset = append(l.config.Unset, "llm.key: "+f.Key)
		l.config.Derived = append(l.config.Derived, "llm")
		m.Endpoint = llm.Endpoint{}
	case err != nil:
		l.refuse(l.unresolved("llm.key", err))
	case strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > unicode.MaxASCII }):
		return l.about("llm.key", "holds a blank or a letter that no key has")
	}
	if m.Endpoint.Base != "" {
		m.Endpoint.Key = llm.Key(key)
	}
	return nil
}

// MayUse reports whether scripts may name a model; the error says which they may.
func (m *LLM) MayUse(model string) error {
	if model == "" || slices.Contains(m.Models, model) {
		return nil
	}
	return fmt.Errorf("account.yaml has no such model; it has %s (llm: models)", strings.Join(m.Models, ", "))
}
