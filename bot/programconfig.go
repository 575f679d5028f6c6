package bot

import (
	"maps"
	"slices"

	"moonwire/bindings"

	"moonwire/account"
)

// ProgramConfig is what an account's scripts may reach; the API client, the pages, the records and the media
// files are the caller's to add.
func ProgramConfig(c *account.Config) bindings.ProgramConfig {
	return bindings.ProgramConfig{
		Account: c.Name, Verified: c.Verified, Personal: c.Subject == account.SubjectPersonal, Templates: c.Templates, Settings: c.Settings,
		Location: c.Location, Policy: c.HTTP, Hooks: slices.Sorted(maps.Keys(c.Hooks)), Secrets: c.Secrets(), AppID: c.AppID, ExposeToken: c.ExposeToken,
	}
}
