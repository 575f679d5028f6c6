package bindings

import (
	lua "github.com/yuin/gopher-lua"

	"moonwire/wechat"
)

// answer is what a reply.* function makes. A script holds it as a value it cannot look into; it never
// changes once made.
type answer struct {
	reply wechat.Reply
	picks []*answer // reply.pick: one of these, chosen when the answer is taken
	size  int       // bytes of text in it
	by    string    // "reply.news"
	file  string    // where it was made
	line  int
}

// Holds is for the engine's measure of memory. The answers of a choice are counted with each that holds them.
func (a *answer) Holds(func(lua.LValue)) (bytes int) {
	bytes = 400 + a.size
	for _, one := range a.picks {
		bytes += 400 + one.size
	}
	return bytes
}

// answerOf is the answer that a Lua value holds, nil for any other value.
func answerOf(v lua.LValue) *answer {
	u, ok := v.(*lua.LUserData)
	if !ok {
		return nil
	}
	a, _ := u.Value.(*answer)
	return a
}

// pushAnswer hands an answer to the script.
func (c call) pushAnswer(r wechat.Reply) int {
	return c.wrap(&answer{reply: r})
}

func (c call) wrap(a *answer) int {
	a.by = c.fn.Name
	a.file, a.line = c.turn.Where(c.L)
	a.size += textSize(&a.reply)
	c.turn.Bytes(c.L, a.size)
	u := c.L.NewUserData()
	u.Value = a
	return c.push(u)
}

// textSize is how many bytes of text an answer has.
func textSize(r *wechat.Reply) int {
	size := len(r.Content) + len(r.Title) + len(r.Description) + len(r.MusicURL) + len(r.HQMusicURL)
	for i := range r.Articles {
		t := &r.Articles[i]
		size += len(t.Title) + len(t.Description) + len(t.PicURL) + len(t.URL)
	}
	return size
}
