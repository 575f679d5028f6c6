package bindings_test

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/folder"
	"moonwire/llm"
)

// echo is a model that looks a price up and says what it was told.
type echo struct{}

func (echo) Ask(_ context.Context, _ string, r llm.Request) (*llm.Answer, error) {
	if last := r.Messages[len(r.Messages)-1]; last.Role == llm.FromTool {
		return spoke(last.Content), nil
	}
	return calls("price", `{"tea":"龙井"}`), nil
}

func (e echo) Begin(ctx context.Context, openid string, r llm.Request, _ bindings.Cut) (*llm.Answer, bindings.Coming, error) {
	a, err := e.Ask(ctx, openid, r)
	return a, nil, err
}

func (echo) MayUse(string) error    { return nil }
func (echo) MaxTokens() int         { return 1 }
func (echo) Label() bool            { return false }
func (echo) Cost(llm.Usage) float64 { return 0 }

// The accounts that ship are what authors copy from.
func TestTheAccountsThatShip(t *testing.T) {
	tests := []struct {
		account string
		said    string
		want    string
	}{
		{"echo", "hello", "hello"},
		{"demo", "下单", "喝点什么"},
		{"demo", "龙井多少钱?", "28 元一杯"},
		{"faq", "地址", "龙井路"},
		{"faq", "请问停车怎么办", "车位"},
		{"assistant", "龙井多少钱", "80 元一两"},
		{"assistant", "清空", "重新开始"},
	}
	root, err := os.OpenRoot("../scripts")
	require.NoError(t, err)
	defer func() { require.NoError(t, root.Close()) }()
	eng, err := theEngine()
	require.NoError(t, err)
	for _, tt := range tests {
		t.Run(tt.account+" "+tt.said, func(t *testing.T) {
			snap, err := folder.Read(root, tt.account, folder.Limits{})
			require.NoError(t, err)
			cfg := config()
			cfg.Settings = map[string]any{"shop": "月线茶铺", "phone": "0571", "hours": "每天"}
			cfg.Model = echo{}
			p, err := bindings.Compile(t.Context(), eng, snap, unhurried(engine.Limits{}), cfg)
			require.NoError(t, err)
			require.Contains(t, answer(t, p, text(t, tt.said)).Reply.Content, tt.want)
		})
	}
}
