package bindings_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/folder"
)

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
			p, err := bindings.Compile(t.Context(), eng, snap, unhurried(engine.Limits{}), cfg)
			require.NoError(t, err)
			require.Contains(t, answer(t, p, text(t, tt.said)).Reply.Content, tt.want)
		})
	}
}
