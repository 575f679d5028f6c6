package account_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/account"
	"moonwire/llm"
)

const modelKey = "sk-verysecret-0123456789"

func modelResolver(prefix string) account.Resolver {
	env := map[string]string{"MW_DEMO_KEY": modelKey, "MW_OTHER_KEY": "sk-of-another-account", "TOKEN": "tokentoken", "MW_DEMO_TOKEN": "tokentoken", "MW_DEMO_BAD": "sk with blanks"}
	return account.Resolver{Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok }, EnvPrefix: prefix}
}

func TestModelOfAnAccount(t *testing.T) {
	const confined = "MW_{ACCOUNT}_"
	yes := true
	body := func(llm string) string {
		return "app_id: wx1a2b3c4d5e6f7081\nkind: subscription\nmode: plain\ntoken: ${env:MW_DEMO_TOKEN}\n" + llm
	}
	whole := "llm: { base: https://api.example.com/v1, model: x, models: [ y ], key: \"${env:MW_DEMO_KEY}\", max_tokens: 600, label: true, budget: { day: 1000, fan: 0 }, price: { prompt: 1.5, completion: 2 } }"
	tests := []struct {
		name, yaml string
		dev        bool
		prefix     string
		want       *account.LLM
		wrong      string
	}{
		{name: "none", yaml: "", prefix: confined},
		{name: "everything", yaml: whole, prefix: confined, want: &account.LLM{
			Endpoint: llm.Endpoint{Base: "https://api.example.com/v1", Model: "x", Key: modelKey}, Models: []string{"x", "y"},
			MaxTokens: 600, Label: true, Budget: account.LLMBudget{Day: 1000, Fan: 0}, Price: account.LLMPrice{Prompt: 1.5, Completion: 2},
		}},
		{name: "as little as may be", yaml: "llm: { base: http://127.0.0.1:11434/v1, model: x }", prefix: confined, want: account.DefaultLLM(llm.Endpoint{Base: "http://127.0.0.1:11434/v1", Model: "x"})},
		{name: "models that think first", yaml: "llm: { base: http://127.0.0.1:11434/v1, model: x, thinks: true }", prefix: confined, want: account.DefaultLLM(llm.Endpoint{Base: "http://127.0.0.1:11434/v1", Model: "x", Thinks: &yes})},
		{name: "thinks is neither", yaml: "llm: { base: http://127.0.0.1:11434/v1, model: x, thinks: maybe }", prefix: confined, wrong: "thinks"},
		{name: "serve takes no reference that nothing confines", yaml: whole, wrong: "account.yaml:5: llm.key: ${env:MW_DEMO_KEY}: serve takes a reference here only where moonwire.yaml keeps each account to its own"},
		{name: "nor under a prefix that all share", yaml: whole, prefix: "MW_", wrong: "keeps each account to its own"},
		{name: "dev does", yaml: whole, dev: true, want: &account.LLM{
			Endpoint: llm.Endpoint{Base: "https://api.example.com/v1", Model: "x", Key: modelKey}, Models: []string{"x", "y"},
			MaxTokens: 600, Label: true, Budget: account.LLMBudget{Day: 1000, Fan: 0}, Price: account.LLMPrice{Prompt: 1.5, Completion: 2},
		}},
		{name: "another account's key", yaml: `llm: { base: https://a.b, model: x, key: "${env:MW_OTHER_KEY}" }`, prefix: confined, wrong: "this account may only name variables that begin with MW_DEMO_"},
		{name: "a key in the file", yaml: "llm: { base: https://a.b, model: x, key: " + modelKey + " }", prefix: confined, wrong: "a secret must not stand in this file"},
		{name: "an unset key in dev", yaml: `llm: { base: https://a.b, model: x, key: "${env:MW_DEMO_NONE}" }`, dev: true, want: &account.LLM{
			Models: []string{"x"}, MaxTokens: 1500, Budget: account.LLMBudget{Day: 2_000_000, Fan: 100_000},
		}},
		{name: "a key with blanks", yaml: `llm: { base: https://a.b, model: x, key: "${env:MW_DEMO_BAD}" }`, prefix: confined, wrong: "llm.key: holds a blank"},
		{name: "no base", yaml: "llm: { model: x }", prefix: confined, wrong: "account.yaml:5: llm: base is missing"},
		{name: "no model", yaml: "llm: { base: https://a.b }", prefix: confined, wrong: "llm: model is missing"},
		{name: "the whole address", yaml: "llm: { base: https://a.b/v1/chat/completions, model: x }", prefix: confined, wrong: "llm.base: ends in /chat/completions"},
		{name: "a password in base", yaml: "llm: { base: https://me:pw99@a.b, model: x }", prefix: confined, wrong: "llm.base: holds a name or a password"},
		{name: "a reference in base", yaml: "llm: { base: \"${env:MW_DEMO_KEY}\", model: x }", prefix: confined, wrong: "of llm only key may be a reference"},
		{name: "an unknown key", yaml: "llm: { base: https://a.b, modle: x }", prefix: confined, wrong: "did you mean model?"},
		{name: "a negative budget", yaml: "llm: { base: https://a.b, model: x, budget: { day: -1 } }", prefix: confined, wrong: "llm.budget.day: is -1"},
		{name: "no tokens at all", yaml: "llm: { base: https://a.b, model: x, max_tokens: 0 }", prefix: confined, wrong: "llm.max_tokens: is 0; want 1 to 32000"},
		{name: "a negative price", yaml: "llm: { base: https://a.b, model: x, price: { prompt: -1 } }", prefix: confined, wrong: "llm.price.prompt"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, warnings, err := account.Load("demo", []byte(body(tt.yaml)), modelResolver(tt.prefix), account.Options{Dev: tt.dev})
			for _, shown := range []string{fmt.Sprintf("%v %+v %#v", c, c, c), fmt.Sprint(warnings), fmt.Sprint(err)} {
				require.NotContains(t, shown, modelKey)
				require.NotContains(t, shown, "pw99")
			}
			if tt.wrong != "" {
				require.ErrorContains(t, err, tt.wrong)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, c.LLM)
		})
	}
}

func TestModelsThatScriptsMayName(t *testing.T) {
	m := &account.LLM{Models: []string{"x", "y"}}
	require.NoError(t, m.MayUse(""))
	require.NoError(t, m.MayUse("y"))
	require.ErrorContains(t, m.MayUse("z"), "it has x, y")
}

func TestCost(t *testing.T) {
	p := account.LLMPrice{Prompt: 1, Completion: 4}
	require.InDelta(t, 0.009, p.Cost(llm.Usage{Prompt: 1000, Completion: 2000}), 1e-9)
}
