package bot

import (
	"context"
	"errors"

	"moonwire/bindings"
	"moonwire/store"
)

// ErrNoConversation says that a fan has nothing under way.
var ErrNoConversation = errors.New("the fan is in no conversation")

// Conversations lists what fans of an account have under way, by openid, behind one.
func (f *Fleet) Conversations(ctx context.Context, account, after string, limit int) ([]store.Conversation, error) {
	if err := f.known(ctx, account); err != nil {
		return nil, err
	}
	return f.o.Store.Conversations(ctx, account, after, limit)
}

// Step is one thing that a conversation has done, in the words of its author.
type Step struct{ What, Text, TextZH string }

// StepWhats are the words of Step.What.
func StepWhats() (words []string) {
	for _, kind := range bindings.TellKinds() {
		words = append(words, string(kind))
	}
	return words
}

// StepWaits is the Step.What of what is still to come.
const StepWaits = string(bindings.ToldWaits)

// ConversationOf is what a fan has under way, and its journal in words; no words of one that only a newer program can read.
func (f *Fleet) ConversationOf(ctx context.Context, account, openid string) (store.Conversation, []Step, error) {
	if err := f.known(ctx, account); err != nil {
		return store.Conversation{}, nil, err
	}
	c, pieces, found, err := f.o.Store.Conversation(ctx, account, openid)
	if err == nil && !found {
		err = ErrNoConversation
	}
	if err != nil {
		return store.Conversation{}, nil, err
	}
	told, _ := bindings.TellJournal(pieces)
	steps := make([]Step, len(told))
	for i, t := range told {
		steps[i] = Step{string(t.What), t.EN, t.ZH}
	}
	return c, steps, nil
}

// conversationNow is what a fan has under way.
func (f *Fleet) conversationNow(ctx context.Context, account, openid string) (store.Conversation, error) {
	if err := f.known(ctx, account); err != nil {
		return store.Conversation{}, err
	}
	c, found, err := f.o.Store.FindConversation(ctx, account, openid)
	if err == nil && !found {
		err = ErrNoConversation
	}
	return c, err
}

// EndConversation ends what a fan has under way, without a word.
func (f *Fleet) EndConversation(ctx context.Context, account, openid string, by store.Actor) error {
	c, err := f.conversationNow(ctx, account, openid)
	if err != nil {
		return err
	}
	found, err := f.o.Store.EndConversation(ctx, c, by)
	if err == nil && !found {
		err = ErrNoConversation
	}
	return err
}

// ResumeConversation lets a conversation go on from its journal, on the build whose id that is or begins so; "" is the live
// one.
func (f *Fleet) ResumeConversation(ctx context.Context, account, openid, build string, by store.Actor) error {
	c, err := f.conversationNow(ctx, account, openid)
	if err != nil {
		return err
	}
	a := f.accounts.all()[account]
	if a == nil || a.current.Load() == nil {
		return ErrNotServing
	}
	on := a.current.Load().build
	if build != "" {
		builds, err := f.Builds(ctx, account)
		if err != nil {
			return err
		}
		b, err := namedBuild(builds, build)
		if err != nil {
			return err
		}
		on = b.ID
	}
	if c.State == store.ConversationStarting {
		return errors.New("it is about to begin")
	}
	found, err := f.o.Store.ResumeConversation(ctx, c, on, by)
	if err == nil && !found {
		err = ErrNoConversation
	}
	f.accounts.mayConverse(a)
	f.stir()
	return err
}
