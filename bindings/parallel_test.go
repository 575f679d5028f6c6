package bindings_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// One set serves every VM at once: run with -race.
func TestProgramsAreSharedByManyTurns(t *testing.T) {
	cfg := config()
	cfg.API = &quietAPI{}
	p, err := compileFiles(t, files{
		"data/faq.csv": "question,answer\nq,a\n", "data/p.json": `{"a":[1]}`,
		"main.lua": `
local faq, prices = data.csv("faq.csv"), data.json("p.json")
on.has("zz", "z")
on.match("^(never)$", "n")
on.text("pick", reply.pick{"a", "b"})
on.text(function(msg)
  local row = faq:find("question", "q")
  for k in pairs(msg) do local _ = k end
  msg.session.n = (msg.session.n or 0) + 1
  store.set("k", {n = 1, l = json.decode("[]")}, {ttl = "1m"})
  store.incr("n") store.cas("c", nil, 1) store.list("") store.delete("k")
  send.text(msg.openid, "a")
  local r = re.gsub(re.match("a1", "a(.)"), "1", "2") .. #re.find_all("aa", "a")
  log.info(msg.raw, settings, prices, json.null, time.format(time.now(), "%H", "Europe/Berlin"))
  return table.concat({row.answer, settings.hours[1], prices.a[1], r, hash.md5("a"), base64.encode("a"), url.encode("茶"),
    url.query{a = 1}, json.encode({settings.shop, faq}), msg.content, tostring(msg.session.n)}, " ")
end)`,
	}, cfg)
	require.NoError(t, err)
	want := answer(t, p, text(t, "x")).Reply.Content
	var g errgroup.Group
	for range 4 {
		m := text(t, "x")
		g.Go(func() error {
			for range 50 {
				out, err := p.Answer(t.Context(), input(m))
				if err != nil {
					return err
				}
				if out.Reply.Content != want {
					return fmt.Errorf("%q, want %q", out.Reply.Content, want)
				}
			}
			return nil
		})
	}
	require.NoError(t, g.Wait())
}
