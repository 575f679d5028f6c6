package bot_test

import (
	"flag"
	"fmt"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var waiting = flag.Int("waiting", 300, "fans who wait in conversations, for TestManyFansWait")

const ordering = `local order = flow("order", function(c)
  local what = c:ask("喝点什么？")
  return what .. " " .. c:ask("几杯？", {integer = true})
end)
on.text("下单", order)
on.text("hi", "ho")`

// However many fans wait, a start, a save and the next answer of one of them take no longer, and nothing of them is in memory.
// -waiting 100000 -v shows it.
func TestManyFansWait(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": ordering}})
	begin := time.Now()
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	fanOf := func(i int) string { return fmt.Sprintf("fan%06d", i) }
	said := 0
	say := func(fan, text string) string {
		said++
		return h.say(h.text(fan, strconv.Itoa(said), text)).seen()
	}
	for i := range 100 {
		require.Equal(t, "喝点什么？", say(fanOf(i), "下单"))
	}
	h.turns = nil
	few := heap()
	for i := 100; i < *waiting; i++ {
		say(fanOf(i), "下单")
		if len(h.turns) > 1000 {
			h.turns = nil
		}
	}
	t.Logf("%d wait, made in %s", *waiting, time.Since(begin))
	begin = time.Now()
	h.beginAnew()
	t.Logf("begun anew in %s", time.Since(begin))
	begin = time.Now()
	h.write("demo", files{"main.lua": ordering + "\non.text('new', 'new')"})
	h.until("the save is live", func() bool { return len(h.saves) > 1 })
	t.Logf("saved in %s: %s", time.Since(begin), h.save(1).Waiting)
	require.Contains(t, h.save(1).Waiting, " wait; of ")
	require.NotContains(t, h.save(1).Waiting, "asked anew")
	begin = time.Now()
	for i := range 100 {
		require.Equal(t, "几杯？", say(fanOf(i*(*waiting)/100), "茶"))
	}
	t.Logf("an answer in %s", time.Since(begin)/100)
	begin = time.Now()
	for range 100 {
		require.Equal(t, "ho", say("nobody", "hi"))
	}
	t.Logf("a plain turn in %s", time.Since(begin)/100)
	h.turns = nil
	grown := int64(heap()) - int64(few)
	t.Logf("the heap has grown by %d KiB", grown>>10)
	require.Less(t, grown, int64(16<<20))
}
