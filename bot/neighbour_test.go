package bot_test

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"moonwire/bot"
)

// neighbourWaits is how many messages of the neighbour may be under way.
const neighbourWaits = 100

// neighbour sends an honest account its messages and looks at every answer. It sends neighbourRate a second, less
// where that is more than the machine can do: neighbourWaits at most wait for their answers.
type neighbour struct {
	h      *house
	over   chan struct{}
	once   sync.Once
	sender sync.WaitGroup
	sent   atomic.Int64

	waiting atomic.Int64

	mu     sync.Mutex
	failed []string
	took   []time.Duration
}

func newNeighbour(h *house) *neighbour {
	h.until("the honest account", func() bool {
		return slices.ContainsFunc(h.saves, func(s bot.SaveReport) bool { return s.Account == "good" && s.Live })
	})
	n := &neighbour{h: h, over: make(chan struct{})}
	n.sender.Go(n.send)
	return n
}

func (n *neighbour) send() {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	c := n.h.fleet.Account("good").Config()
	began := time.Now()
	var open sync.WaitGroup
	defer open.Wait()
	for {
		select {
		case <-n.over:
			return
		case <-tick.C:
		}
		due := int64(time.Since(began).Seconds() * neighbourRate)
		room := neighbourWaits - n.waiting.Load()
		for range min(due-n.sent.Load(), room) {
			i := n.sent.Add(1)
			n.waiting.Add(1)
			fan := "fan" + strconv.FormatInt(i, 10)
			p := push{account: "good", fan: fan, body: fmt.Sprintf(`<xml><ToUserName>gh_demo</ToUserName><FromUserName>%s</FromUserName><CreateTime>%d</CreateTime><MsgType>text</MsgType><Content>good day %d</Content><MsgId>%d</MsgId></xml>`, fan, i, i, i)}
			q := n.h.signature(c)
			open.Go(func() { n.ask(p, i, n.h.deliverTo(newDelivery(p), q)) })
		}
	}
}

func (n *neighbour) ask(p push, i int64, d *delivery) {
	began := time.Now()
	seen := "nothing"
	select {
	case <-d.answered:
		seen = d.seen()
	case <-time.After(attackEnd):
	}
	took := time.Since(began)
	n.waiting.Add(-1)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.took = append(n.took, took)
	if want := fmt.Sprintf("hello GOOD-DAY-%d", i); seen != want && len(n.failed) < 10 {
		n.failed = append(n.failed, fmt.Sprintf("%s after %v: %s", p.fan, took, seen))
	}
}

func (n *neighbour) failures() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.failed)
}

func (n *neighbour) stop() {
	n.once.Do(func() { close(n.over) })
	n.sender.Wait()
}

func (n *neighbour) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	slices.Sort(n.took)
	at := func(share float64) time.Duration { return n.took[int(share*float64(len(n.took)-1))] }
	return fmt.Sprintf("%d messages, p50 %v, p99 %v, longest %v", len(n.took), at(0.5), at(0.99), at(1))
}
