package bot

import (
	"context"
	"errors"

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

// ConversationOf is what a fan has under way, and its journal in words.
func (f *Fleet) ConversationOf(ctx context.Context, account, openid string) (store.Conversation, [][]byte, error) {
	if err := f.known(ctx, account); err != nil {
		return store.Conversation{}, nil, err
	}
	c, pieces, found, err := f.o.Store.Conversation(ctx, account, openid)
	if err == nil && !found {
		err = ErrNoConversation
	}
	return c, pieces, err
}

// EndConversation ends what a fan has under way, without a word.
func (f *Fleet) EndConversation(ctx context.Context, account, openid string, by store.Actor) error {
	c, _, err := f.ConversationOf(ctx, account, openid)
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
	c, _, err := f.ConversationOf(ctx, account, openid)
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
