package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"moonwire/account"
	"moonwire/server/openapi"
)

// keyID stands for one API key of one account wherever the key itself must not be: a digest.
type keyID [sha256.Size]byte

// asker is who asks: an account's config, and which of its keys was given.
type asker struct {
	config *account.Config
	key    account.APIKey
	id     keyID
}

// admit says whether a request carries one of the account's API keys. Whether the account exists makes no
// difference that a stranger could see: the same work, the same answer.
func admit(accounts Accounts, name string, h http.Header) (who asker, ok bool) {
	given := sha256.Sum256([]byte(openapi.Bearer(h)))
	keys := []account.APIKey{{}}
	if a := accounts.Account(name); a != nil {
		if c := a.Config(); c != nil && len(c.APIKeys) > 0 {
			who.config, keys = c, c.APIKeys
		}
	}
	at := -1
	for i, key := range keys {
		want := sha256.Sum256([]byte(key.Key))
		at = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(given[:], want[:]), i, at)
	}
	if at < 0 || who.config == nil {
		return asker{}, false
	}
	who.key, who.id = keys[at], sha256.Sum256(append([]byte(name+"\x00"), given[:]...))
	return who, true
}

// beyond is what the owner of a key is told who may not call a method.
func beyond(key account.APIKey, method string) *openapi.Failure {
	return &openapi.Failure{
		Kind: openapi.Forbidden, Status: http.StatusForbidden,
		Message: "the key " + key.Name + " may not call " + method + "; it may call " + strings.Join(key.Allow, ", "),
		Hint:    "name the method under allow of this key, in api_keys of account.yaml", HintZH: "请在 account.yaml 的 api_keys 里，把这个方法写进该 key 的 allow",
	}
}
