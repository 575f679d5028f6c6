package bindings_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/folder"
	"moonwire/wechat"
)

var theEngine = sync.OnceValues(func() (*engine.Engine, error) {
	set, err := bindings.NewSet()
	if err != nil {
		return nil, err
	}
	return engine.New(set, engine.Options{Limits: unhurried(engine.Limits{})})
})

// unhurried are limits with all the time in the world: the machine may be slow.
func unhurried(l engine.Limits) engine.Limits {
	l.ScriptTime, l.TotalTime = time.Hour, time.Hour
	return l
}

// files is an account's folder.
type files map[string]string

func (f files) snapshot() *folder.Snapshot {
	s := &folder.Snapshot{Account: "demo"}
	h := sha256.New()
	for name, text := range f {
		s.Files = append(s.Files, folder.File{Name: name, Data: []byte(text)})
	}
	sort.Slice(s.Files, func(i, j int) bool { return s.Files[i].Name < s.Files[j].Name })
	for _, file := range s.Files {
		fmt.Fprintf(h, "%q %q", file.Name, file.Data)
	}
	s.Hash = hex.EncodeToString(h.Sum(nil))
	return s
}

func config() bindings.ProgramConfig {
	return bindings.ProgramConfig{
		Account: "demo", Verified: true, AppID: "wx1a2b3c4d5e6f7081",
		Settings: map[string]any{"city": "上海", "hours": []any{"9:00", "21:00"}, "shop": map[string]any{"name": "茶铺"}},
	}
}

func compileFiles(tb testing.TB, f files, cfg bindings.ProgramConfig) (*bindings.Program, error) {
	tb.Helper()
	eng, err := theEngine()
	require.NoError(tb, err)
	return bindings.Compile(context.Background(), eng, f.snapshot(), unhurried(engine.Limits{}), cfg)
}

func load(tb testing.TB, f files) *bindings.Program {
	tb.Helper()
	p, err := compileFiles(tb, f, config())
	require.NoError(tb, err)
	return p
}

func program(tb testing.TB, main string) *bindings.Program {
	tb.Helper()
	return load(tb, files{"main.lua": main})
}

func parse(tb testing.TB, elements string) *wechat.Message {
	tb.Helper()
	m, err := wechat.ParseMessage([]byte(`<xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName>` +
		`<FromUserName><![CDATA[oTESTfan0000000000000000001]]></FromUserName><CreateTime>1760000000</CreateTime>` + elements + `</xml>`))
	require.NoError(tb, err)
	return m
}

func text(tb testing.TB, content string) *wechat.Message {
	tb.Helper()
	return parse(tb, `<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[`+content+`]]></Content><MsgId>25373744922163388</MsgId>`)
}

func event(tb testing.TB, name, more string) *wechat.Message {
	tb.Helper()
	return parse(tb, `<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[`+name+`]]></Event>`+more)
}

const fan = "oTESTfan0000000000000000001"

// input is a push with a memory of its own and a clock that stands.
func input(m *wechat.Message) bindings.Input {
	return bindings.Input{
		Message: m, Trace: "0123456789", Memory: newMemory(), Seed: 1,
		Now: func() time.Time { return time.Unix(1_760_000_000, 0) },
	}
}

func answer(tb testing.TB, p *bindings.Program, m *wechat.Message) bindings.Outcome {
	tb.Helper()
	out, err := p.Answer(context.Background(), input(m))
	require.NoError(tb, err)
	return out
}

// says runs a script over a text and gives the text it answers with.
func says(tb testing.TB, main, content string) string {
	tb.Helper()
	out := answer(tb, program(tb, main), text(tb, content))
	require.NotNil(tb, out.Reply, "no answer; tried %v, warnings %v", out.Tried, out.Warnings)
	return out.Reply.Content
}

// fails runs a script over the text "x" and gives the error, of the load or of the turn.
func fails(tb testing.TB, main string) string {
	tb.Helper()
	p, err := compileFiles(tb, files{"main.lua": main, "data/faq.csv": "question,answer\nq,a\n"}, config())
	if err == nil {
		_, err = p.Answer(context.Background(), input(text(tb, "x")))
	}
	require.Error(tb, err)
	return err.Error()
}

// memory is what lasts, in a map.
type memory struct {
	values  map[string]string
	ttls    map[string]time.Duration
	session string
	history []byte
	jobs    map[string]bindings.JobOrder
	full    bool // of jobs
	signals []bindings.Signal
	begun   []bindings.Begun
	along   func(any) []byte // what the next change adds to journal
	journal [][]byte
	claims  int
	claim   error
	broken  error
}

func newMemory() *memory {
	return &memory{values: map[string]string{}, ttls: map[string]time.Duration{}}
}

// Begin, Signal and TakeSignal are what it knows of conversations; fans whose openid begins with busy are in one.
func (m *memory) Begin(_ context.Context, b bindings.Begun) (bool, error) {
	if strings.HasPrefix(b.OpenID, "busy") && !b.Replace {
		return false, m.broken
	}
	m.begun = append(m.begun, b)
	m.changed(b.ID)
	return true, m.broken
}

func (m *memory) Signal(_ context.Context, s bindings.Signal) (bindings.Delivery, error) {
	m.signals = append(m.signals, s)
	m.changed(string(bindings.Kept))
	return bindings.Kept, m.broken
}

func (m *memory) TakeSignal(_ context.Context, name string) ([]byte, bool, error) {
	for i, s := range m.signals {
		if s.Name == name {
			m.signals = append(m.signals[:i:i], m.signals[i+1:]...)
			m.changed(string(s.Data))
			return s.Data, true, m.broken
		}
	}
	return nil, false, m.broken
}

// changed adds to the journal what goes with a change; Along and Write make it a bindings.Keeper.
func (m *memory) changed(value any) {
	if m.along != nil {
		m.journal = append(m.journal, m.along(value))
		m.along = nil
	}
}

func (m *memory) Carry(bindings.Carried) {}

func (m *memory) Along(entries func(any) []byte) { m.along = entries }

func (m *memory) Write(_ context.Context, entries []byte, _ bool) error {
	m.journal = append(m.journal, entries)
	return m.broken
}

func (m *memory) History(context.Context) ([]byte, error) { return m.history, m.broken }

func (m *memory) KeepHistory(_ context.Context, value []byte) error {
	m.history = value
	return m.broken
}

func (m *memory) Get(_ context.Context, key string) ([]byte, bool, error) {
	v, ok := m.values[key]
	return []byte(v), ok, m.broken
}

func (m *memory) Set(_ context.Context, key string, value []byte, ttl time.Duration) error {
	m.values[key], m.ttls[key] = string(value), ttl
	m.changed(nil)
	return m.broken
}

func (m *memory) Delete(_ context.Context, key string) (bool, error) {
	_, ok := m.values[key]
	delete(m.values, key)
	m.changed(ok)
	return ok, m.broken
}

func (m *memory) Incr(_ context.Context, key string, by float64) (float64, error) {
	n := 0.0
	if v, ok := m.values[key]; ok {
		if _, err := fmt.Sscan(v, &n); err != nil {
			return 0, bindings.ErrNotNumber
		}
	}
	if math.IsInf(n+by, 0) {
		return 0, bindings.ErrNotNumber
	}
	m.values[key] = fmt.Sprint(n + by)
	m.changed(n + by)
	return n + by, m.broken
}

func (m *memory) CAS(_ context.Context, key string, old, next []byte) (bool, error) {
	v, ok := m.values[key]
	same := ok == (old != nil) && (!ok || v == string(old))
	defer m.changed(same)
	if !same {
		return false, nil
	}
	if m.values[key] = string(next); next == nil {
		delete(m.values, key)
	}
	return true, m.broken
}

func (m *memory) Count(_ context.Context, prefix string) (n int64, err error) {
	for k := range m.values {
		if strings.HasPrefix(k, prefix) {
			n++
		}
	}
	return n, m.broken
}

func (m *memory) Top(_ context.Context, prefix string, n int) ([]bindings.Item, error) {
	all, _, err := m.List(context.Background(), prefix, bindings.Page{Limit: len(m.values)})
	number := func(it bindings.Item) (f float64) { _, _ = fmt.Sscan(string(it.Value), &f); return f }
	sort.SliceStable(all, func(i, j int) bool { return number(all[i]) > number(all[j]) })
	return all[:min(n, len(all))], err
}

func (m *memory) List(_ context.Context, prefix string, p bindings.Page) ([]bindings.Item, bool, error) {
	var all []bindings.Item
	for k, v := range m.values {
		if strings.HasPrefix(k, prefix) {
			all = append(all, bindings.Item{Key: k, Value: []byte(v)})
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Key < all[j].Key != p.Reverse })
	for p.After != "" && len(all) > 0 && (all[0].Key == p.After || all[0].Key < p.After != p.Reverse) {
		all = all[1:]
	}
	return all[:min(p.Limit, len(all))], len(all) > p.Limit, m.broken
}

func (m *memory) PutJob(_ context.Context, j bindings.JobOrder) (string, error) {
	if m.full {
		return "", bindings.ErrJobsFull
	}
	if m.jobs == nil {
		m.jobs = map[string]bindings.JobOrder{}
	}
	if j.ID == "" {
		j.ID = fmt.Sprintf("made-%d", len(m.jobs)+1)
	}
	m.jobs[j.ID] = j
	return j.ID, m.broken
}

func (m *memory) CancelJob(_ context.Context, id string) (bool, error) {
	_, there := m.jobs[id]
	delete(m.jobs, id)
	return there, m.broken
}

func (m *memory) Session(context.Context) ([]byte, error) { return []byte(m.session), m.broken }

func (m *memory) Claim(context.Context) error {
	m.claims++
	return m.claim
}
