package bindings

import (
	"context"
	"strings"

	"moonwire/llm"
)

// Coming is the rest of an answer that is still on its way from a model. Whoever has one ends it, by Wait or by Stop.
type Coming interface {
	// Wait gives the whole answer once it is there. ctx ends the answer, too.
	Wait(ctx context.Context) (*llm.Answer, error)
	// Stop gives the answer up.
	Stop()
}

// Following is what follows an answer of llm.reply that was cut at the end of a sentence because its time was over.
type Following struct {
	Coming
	asked   func(a *llm.Answer, err error) Asked
	begun   begun
	keep    func(ctx context.Context, answered string) error
	conceal func(string) string
}

// Rest waits for what follows, as the fan sees it; "" when nothing does. Asked tells what the whole answer cost. The error
// says why the answer has no end, or why it is not remembered.
func (f *Following) Rest(ctx context.Context) (rest string, asked Asked, err error) {
	a, err := f.Wait(ctx)
	asked = f.asked(a, err)
	if err != nil {
		return "", asked, err
	}
	asked.Warnings = modelWarnings(a)
	return f.conceal(f.begun.rest(a.Text)), asked, f.keep(ctx, a.Text)
}

// begun is the beginning of an answer that the fan has.
type begun struct {
	source string // as it came
	given  string // as the fan sees it
	left   string // what of it the fan has not, since it did not fit
}

// rest is what of the whole answer the fan has not seen. Nothing of it is said twice, as long as the answer goes on as it
// began: what Markdown makes of the whole may differ from what it made of the beginning.
func (b *begun) rest(whole string) string {
	all := llm.Plain(whole)
	rest, ok := strings.CutPrefix(all, b.given)
	if !ok {
		if rest, ok = strings.CutPrefix(whole, b.source); !ok {
			return all // it was taken back: all before was reasoning, or came before a tool
		}
		rest = b.left + llm.Plain(rest)
	}
	return strings.TrimSpace(rest)
}

// endComing stops the rest of an answer that nobody will give: the turn failed, or the answer was not taken.
func (s *state) endComing(err error) {
	if s.coming != nil && (err != nil || s.out.Reply == nil || s.out.Following == nil) {
		s.coming.Stop()
		s.out.Following = nil
	}
}
