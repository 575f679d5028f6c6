package bot_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/wechat/sim"
)

// stations are where a message comes by, in this order; all other files serve one of them and send it nowhere.
var stations = []string{
	"server/callback", "bot/receive", "bot/pushes", "bot/run", "bindings.Answer", "engine.Do", "bot/deliver", "bot/record",
}

// walk notes where a message is whenever it calls out: for the time, for chance, for WeChat, to be reported.
type walk struct {
	mu     sync.Mutex
	on     bool
	stacks [][]string // the stations from the door down to the call
}

func (w *walk) note() {
	pcs := make([]uintptr, 200)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	var at []string
	for {
		f, more := frames.Next()
		station := strings.TrimSuffix(path.Base(path.Dir(f.File))+"/"+path.Base(f.File), ".go")
		switch f.Function {
		case "moonwire/bindings.(*Program).Answer":
			station = "bindings.Answer"
		case "moonwire/engine.(*Engine).Do":
			station = "engine.Do"
		}
		if slices.Contains(stations, station) && (len(at) == 0 || at[0] != station) {
			at = append([]string{station}, at...)
		}
		if !more {
			break
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.on && len(at) > 0 && at[0] == "server/callback" {
		w.stacks = append(w.stacks, at)
	}
}

// places are the stations in which the calls were made, one after the other.
func (w *walk) places() (places []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, at := range w.stacks {
		if here := at[len(at)-1]; len(places) == 0 || places[len(places)-1] != here {
			places = append(places, here)
		}
	}
	return places
}

// watchedDoer carries calls to WeChat and notes whence they come.
type watchedDoer struct {
	carry func(*http.Request) (*http.Response, error)
	walk  *walk
}

func (d watchedDoer) Do(r *http.Request) (*http.Response, error) {
	d.walk.note()
	return d.carry(r)
}

// chance is randomness that notes who asks for it.
type chance struct{ walk *walk }

func (c chance) Read(b []byte) (int, error) {
	c.walk.note()
	return len(b), nil
}

// One message goes downward through the house; only bot/run, to which the answer returns, is come back to.
func TestTheWalkOfOneMessage(t *testing.T) {
	w := &walk{}
	h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": yaml, "main.lua": `
on.text(function(msg)
  store.incr("n")
  return msg.content .. " " .. #user.get(msg.openid).openid .. " " .. store.get("n")
end)`}}, func(o *bot.Options) {
		now, told := o.Now, o.Events.Turn
		o.Now = func() time.Time { w.note(); return now() }
		o.Events.Turn = func(r bot.TurnReport) { w.note(); told(r) }
		o.Doer, o.Rand = watchedDoer{o.Doer.Do, w}, chance{w}
	})
	h.fleet.WatchPushes(w.note)
	s.does("amy", sim.Text("hello"))
	w.mu.Lock()
	w.on = true
	w.mu.Unlock()
	require.Equal(t, "hi 28 2", s.does("amy", sim.Text("hi")))
	require.Equal(t, bot.Answered, h.report(1).Outcome)
	require.Equal(t, []string{"bot/receive", "bot/pushes", "bot/run", "engine.Do", "bot/run", "bot/deliver", "bot/record"}, w.places())
	for _, at := range w.stacks {
		last := -1
		for _, station := range at {
			here := slices.Index(stations, station)
			require.Greater(t, here, last, "calls go downward only: %v", at)
			last = here
		}
	}
	require.Contains(t, w.stacks, []string{"server/callback", "bot/receive", "bot/run", "bindings.Answer", "engine.Do"})
	require.Contains(t, w.stacks, []string{"server/callback", "bot/receive", "bot/run", "bot/deliver", "bot/record"})
}

// What a Fleet does with a message goes downward from file to file: no two of them call each other, however far around.
func TestFilesOfTheFleetCallDownward(t *testing.T) {
	home, calls := map[string]string{}, map[string]map[string]bool{}
	files := map[string]*ast.File{}
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			files[name], err = parser.ParseFile(token.NewFileSet(), name, nil, 0)
			require.NoError(t, err)
		}
	}
	ofFleet := func(fn *ast.FuncDecl) bool {
		star, ok := (*ast.StarExpr)(nil), false
		if fn.Recv != nil {
			star, ok = fn.Recv.List[0].Type.(*ast.StarExpr)
		}
		return ok && star.X.(*ast.Ident).Name == "Fleet"
	}
	for name, f := range files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && ofFleet(fn) {
				home[fn.Name.Name] = name
			}
		}
	}
	require.Equal(t, "run.go", home["run"])
	for name, f := range files {
		calls[name] = map[string]bool{}
		ast.Inspect(f, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "f" && home[sel.Sel.Name] != "" && home[sel.Sel.Name] != name {
					calls[name][home[sel.Sel.Name]] = true
				}
			}
			return true
		})
	}
	require.True(t, calls["run.go"]["deliver.go"])
	var down func(path []string)
	down = func(path []string) {
		for next := range calls[path[len(path)-1]] {
			require.NotContains(t, path, next, "%v", path)
			down(append(path[:len(path):len(path)], next))
		}
	}
	for name := range files {
		down([]string{name})
	}
}
