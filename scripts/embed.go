// Package scripts holds the example accounts that ship with the program. `moonwire new` copies them; run
// from a checkout, `moonwire dev` serves this folder itself.
package scripts

import "embed"

// Examples has one folder per example account.
//
//go:embed echo demo faq guide assistant
var Examples embed.FS
