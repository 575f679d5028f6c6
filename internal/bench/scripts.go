package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const oneRule = `on.text(function(msg) return msg.content end)` + "\n"

// tenRules is a small shop: exact, regexp, subscribe, scan, clicks, image, session, any text.
const tenRules = `local prices = { tea = 12, coffee = 18 }
local function price(name) return prices[name] end
on.text("help", "say tea or coffee")
on.text({"hi", "hello"}, function(msg) return "welcome" end)
on.match([[^price\s+(\w+)$]], function(msg, what) return what .. ": " .. tostring(price(what)) end)
on.subscribe(function(msg) return "welcome " .. (msg.scene or "") end)
on.scan("desk-*", function(msg) return "desk " .. msg.scene end)
on.click("TODAY", "tea today")
on.click("HOURS", function(msg) return "9 to 5" end)
on.image(function(msg) return reply.image(msg.media_id) end)
on.text("cart", function(msg) msg.session.n = (msg.session.n or 0) + 1 return "in the cart: " .. msg.session.n end)
on.text(function(msg) return "you said " .. msg.content end)
`

// thousandRules answers 999 texts, and any other. The one asked for stands in the middle.
func thousandRules() string {
	var b strings.Builder
	for i := range 999 {
		fmt.Fprintf(&b, "on.text(%q, function(msg) return %q end)\n", fmt.Sprintf("tea %d", i), fmt.Sprintf("tea no %d", i))
	}
	b.WriteString(`on.text(function(msg) return "you said " .. msg.content end)` + "\n")
	return b.String()
}

// botScript is a script under measurement: what is asked, and what a plain answer has.
type botScript struct {
	account, name, main string
	text, want          string
}

func botScripts() []botScript {
	return []botScript{
		{"one", "one rule", oneRule, "hello", "hello"},
		{"ten", "ten rules", tenRules, "price tea", "tea: 12"},
		{"thousand", "1,000 rules", thousandRules(), "tea 500", "tea no 500"},
	}
}

// sealedAccount is the account with the same script in safe mode.
func (b botScript) sealedAccount() string { return b.account + "-aes" }

// writeAccounts makes the folder of accounts of the load, and returns their names.
func writeAccounts(scripts string) (names []string, err error) {
	for _, b := range botScripts() {
		names = append(names, b.account, b.sealedAccount())
		if err := writeAccount(scripts, b.account, "plain", b.main); err != nil {
			return nil, err
		}
		if err := writeAccount(scripts, b.sealedAccount(), "safe", b.main); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// writeAccount makes one account folder for the bench's keys.
func writeAccount(scripts, name, mode, main string) error {
	dir := filepath.Join(scripts, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	yaml := "app_id: " + appID + "\nkind: subscription\nmode: " + mode + "\ntoken: ${env:BENCH_TOKEN}\n"
	if mode != "plain" {
		yaml += "encoding_aes_key: ${env:BENCH_AES_KEY}\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "account.yaml"), []byte(yaml), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "main.lua"), []byte(main), 0o644)
}
