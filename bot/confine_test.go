package bot_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/account"
	"moonwire/bot"
)

// TestAnAccountThatNamesWhatIsAnothers is refused; one that is live goes on, and says so once the other comes. When the
// other goes it is as before.
func TestAnAccountThatNamesWhatIsAnothers(t *testing.T) {
	const names = "app_id: wx1a2b3c4d5e6f7081\nkind: service\nverified: false\nmode: plain\ntoken: ${env:MW_SHOP_2_TOKEN}\n"
	confined := func(o *bot.Options) {
		o.Resolver = account.Resolver{EnvPrefix: "MW_{ACCOUNT}_", Env: func(string) (string, bool) { return "kestrel2026", true }}
	}
	t.Run("both are there", func(t *testing.T) {
		h := newHouse(t, map[string]files{
			"shop":   {"account.yaml": names, "main.lua": `on.text("x", "y")`},
			"shop-2": {"account.yaml": names, "main.lua": `on.text("x", "y")`},
		}, confined)
		h.until("both loads", func() bool { return len(h.saves) == 2 })
		for _, s := range h.saves {
			if s.Account == "shop-2" {
				require.True(t, s.Live, "%v", s.Err)
				continue
			}
			require.ErrorContains(t, s.Err, "${env:MW_SHOP_2_TOKEN}: is a variable of the account shop-2")
		}
		require.Equal(t, bot.StateRefused, h.fleet.Account("shop").Status().State)
	})
	t.Run("the other comes and goes", func(t *testing.T) {
		h := newHouse(t, map[string]files{"shop": {"account.yaml": names, "main.lua": `on.text("x", "y")`}}, confined)
		require.True(t, h.save(0).Live)
		h.write("shop-2", files{"account.yaml": names, "main.lua": `on.text("x", "z")`})
		var refused bot.SaveReport
		h.until("shop is looked at again", func() bool {
			for _, s := range h.saves[1:] {
				if s.Account == "shop" {
					refused = s
					return true
				}
			}
			return false
		})
		require.ErrorContains(t, refused.Err, "is a variable of the account shop-2")
		require.Equal(t, bot.StateStale, h.fleet.Account("shop").Status().State)
		require.NoError(t, os.RemoveAll(filepath.Join(h.dir, "shop-2")))
		h.until("shop is as before", func() bool { return h.fleet.Account("shop").Status().State == bot.StateServing })
	})
}
