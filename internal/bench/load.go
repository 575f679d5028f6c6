package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"
)

const sliceTime = 333 * time.Millisecond

// target is one row: a server, a path on it and what is sent there.
type target struct {
	name   string
	server *child
	path   string
	text   string
	sealed bool
	want   string
	driver *driver
	cpu    []time.Duration // per message, one per round
	rate   []float64       // messages per second, one per round
	p99    []time.Duration
	paced  []time.Duration // p50 at 1,000 messages a second, one per round
}

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

func measureLoad(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "moonwire-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	scripts, data := filepath.Join(dir, "scripts"), filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o755); err != nil {
		return err
	}
	for _, a := range []struct{ name, mode, main string }{
		{"one", "plain", oneRule}, {"one-aes", "safe", oneRule}, {"ten", "plain", tenRules}, {"ten-aes", "safe", tenRules},
	} {
		if err := writeAccount(scripts, a.name, a.mode, a.main); err != nil {
			return err
		}
	}
	servers, err := startAll(ctx, o.moonwire, scripts, data)
	defer func() {
		for _, s := range servers {
			s.stop()
		}
	}()
	if err != nil {
		return err
	}
	targets := loadTargets(servers[0], servers[1], servers[2])
	pinSelf()
	if err := runRounds(ctx, targets, o.rounds); err != nil {
		log, _ := os.ReadFile(filepath.Join(data, "serve.log"))
		return fmt.Errorf("%w\n%s", err, log)
	}
	printLoad(targets)
	return nil
}

func startAll(ctx context.Context, moonwire, scripts, data string) (servers []*child, err error) {
	for _, kind := range []string{"floor", "native"} {
		c, err := startCompared(ctx, kind)
		servers = append(servers, c)
		if err != nil {
			return servers, err
		}
	}
	c, err := startMoonwire(ctx, moonwire, scripts, data)
	return append(servers, c), err
}

func loadTargets(floor, native, moonwire *child) []*target {
	return []*target{
		{name: "net/http fixed body", server: floor, path: "/wx/x", text: "hello", want: "hello"},
		{name: "native Go, plain", server: native, path: "/wx/x", text: "hello", want: "hello"},
		{name: "native Go, AES", server: native, path: "/wx/x", text: "hello", sealed: true, want: "Encrypt"},
		{name: "moonwire one rule, plain", server: moonwire, path: "/wx/one", text: "hello", want: "hello"},
		{name: "moonwire one rule, AES", server: moonwire, path: "/wx/one-aes", text: "hello", sealed: true, want: "Encrypt"},
		{name: "moonwire ten rules, plain", server: moonwire, path: "/wx/ten", text: "price tea", want: "tea: 12"},
		{name: "moonwire ten rules, AES", server: moonwire, path: "/wx/ten-aes", text: "price tea", sealed: true, want: "Encrypt"},
	}
}

// runRounds gives each target its slice in turn, forwards in even rounds and backwards in odd ones. The
// first round warms up and does not count.
func runRounds(ctx context.Context, targets []*target, rounds int) error {
	maker, err := newRequestMaker()
	if err != nil {
		return err
	}
	defer func() {
		for _, t := range targets {
			if t.driver != nil {
				t.driver.close()
			}
		}
	}()
	for round := range rounds + 1 {
		order := slices.Clone(targets)
		if round%2 == 1 {
			slices.Reverse(order)
		}
		for _, t := range order {
			if err := t.round(ctx, maker, round > 0); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
		}
	}
	return nil
}

func (t *target) round(ctx context.Context, maker *requestMaker, counts bool) error {
	requests := maker.batch(30_000, t.path, t.text, t.sealed)
	if t.driver == nil { // not earlier: servers hang up on those who say nothing for five seconds
		d, err := dial(t.server.addr)
		if err != nil {
			return err
		}
		t.driver = d
	}
	before, err := t.server.cpu()
	if err != nil {
		return err
	}
	took, wall, err := t.driver.slice(ctx, requests, sliceTime, 0, t.want)
	if err != nil {
		return err
	}
	after, err := t.server.cpu()
	if err != nil {
		return err
	}
	paced, _, err := t.driver.slice(ctx, maker.batch(333, t.path, t.text, t.sealed), 2*sliceTime, time.Millisecond, t.want)
	if err != nil || !counts || len(took) == 0 {
		return err
	}
	t.cpu = append(t.cpu, (after-before)/time.Duration(len(took)))
	t.rate = append(t.rate, float64(len(took))/wall.Seconds())
	t.p99 = append(t.p99, quantile(took, 0.99))
	t.paced = append(t.paced, quantile(paced, 0.5))
	return nil
}

func printLoad(targets []*target) {
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "server, script\tCPU µs\tmsg/s\tCPU ÷ floor\tspread\tCPU ÷ native\trate ÷ native\tp50 at 1,000/s ÷ floor\tp99 ms full load\t")
	floor := targets[0]
	for _, t := range targets {
		native := targets[1]
		if t.sealed {
			native = targets[2]
		}
		low, mid, high := ratios(t.cpu, floor.cpu)
		_, nativeCPU, _ := ratios(t.cpu, native.cpu)
		_, nativeRate, _ := ratios(t.rate, native.rate)
		_, paced, _ := ratios(t.paced, floor.paced)
		fmt.Fprintf(w, "%s\t%.1f\t%.0f\t%.2f\t%.2f–%.2f\t%.2f\t%.2f\t%.2f\t%.1f\t\n", t.name,
			float64(quantile(t.cpu, 0.5).Nanoseconds())/1000, median(t.rate), mid, low, high, nativeCPU, nativeRate, paced,
			float64(quantile(t.p99, 0.5).Microseconds())/1000)
	}
	_ = w.Flush()
}

// ratios of two series, round by round: lowest, median, highest.
func ratios[N time.Duration | float64](a, b []N) (low, mid, high float64) {
	var r []float64
	for i := range min(len(a), len(b)) {
		if b[i] > 0 {
			r = append(r, float64(a[i])/float64(b[i]))
		}
	}
	if len(r) == 0 {
		return 0, 0, 0
	}
	slices.Sort(r)
	return r[0], median(r), r[len(r)-1]
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	v = slices.Clone(v)
	slices.Sort(v)
	return v[len(v)/2]
}
