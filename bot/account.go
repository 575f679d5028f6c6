package bot

import (
	"moonwire/bindings"
	"moonwire/wechat"
)

// Account is one account of the fleet. Safe for concurrent use.
type Account struct{ name string }

// Name is the folder's name.
func (a *Account) Name() string { return a.name }

// Config is the account.yaml that serves now, or nil when none could be read.
func (a *Account) Config() *AccountConfig { return nil }

// Client calls WeChat's API in the account's name; nil when the account has no secret or does not serve.
func (a *Account) Client() *wechat.Client { return nil }

// Program is the build that answers now, or nil.
func (a *Account) Program() *bindings.Program { return nil }

// Status is the account as operators see it.
func (a *Account) Status() Status { return Status{Name: a.name} }
