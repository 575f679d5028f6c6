package admin

import (
	"cmp"
	"time"

	"moonwire/bot"
	"moonwire/store"
)

// Account is one account as operators see it. Times are Unix seconds.
type Account struct {
	Name        string `json:"name"`
	State       string `json:"state"`
	AppID       string `json:"app_id,omitempty"`
	Kind        string `json:"kind,omitempty"`
	Mode        string `json:"mode,omitempty"`
	Verified    bool   `json:"verified"`
	Build       string `json:"build,omitempty"`
	Error       string `json:"error,omitempty"`
	PausedUntil int64  `json:"paused_until,omitempty"`
	PausedFor   string `json:"paused_for,omitempty"`
	Turns       int    `json:"turns"`
	Queued      int    `json:"queued"`
	ChangedAt   int64  `json:"changed_at,omitempty"`
	ChangedBy   string `json:"changed_by,omitempty"`
	GoneAt      int64  `json:"gone_at,omitempty"`
}

func accountShape() shape {
	return object("",
		need("name", text("")), need("state", text("Of several that fit, the first: "+stateWords()).OneOf(states()...)),
		may("app_id", text("")), may("kind", text("")), may("mode", text("")), need("verified", yesNo("Whether it may call WeChat's API")),
		may("build", text("The build that serves")), may("error", text("Why the account does not serve, or why its last save is not live")),
		may("paused_until", whole("Unix seconds")), may("paused_for", text("The budget that was spent, and where")),
		need("turns", whole("Running now, in the process that answers")), need("queued", whole("Waiting now")),
		may("changed_at", whole("When it was disabled or enabled")), may("changed_by", text("By whom")), may("gone_at", whole("When its folder went")))
}

const accountExample = `{"name":"shop","state":"serving","app_id":"wx1a2b3c4d5e6f7081","kind":"service","mode":"safe","verified":true,"build":"3f9c12ab","turns":0,"queued":0}`

// goneAccount is one that the store knows and the process has not.
func goneAccount(row store.Account) Account {
	return Account{
		Name: row.Name, State: string(bot.StateGone), AppID: row.AppID,
		ChangedAt: unix(row.ChangedAt), ChangedBy: row.ChangedBy.String(), GoneAt: unix(row.GoneAt),
	}
}

// accountOf joins what the process and what the store know of an account.
func accountOf(s bot.Status, row store.Account) Account {
	return Account{
		Name: s.Name, State: string(s.State), AppID: cmp.Or(s.AppID, row.AppID), Kind: s.Kind, Mode: s.Mode, Verified: s.Verified,
		Build: s.Build, Error: s.Err, PausedUntil: unix(s.PausedUntil), PausedFor: s.PausedFor, Turns: s.Turns, Queued: s.Queued,
		ChangedAt: unix(row.ChangedAt), ChangedBy: row.ChangedBy.String(), GoneAt: unix(row.GoneAt),
	}
}

// Build is one kept version of an account's folder.
type Build struct {
	ID     string `json:"id"`
	Live   bool   `json:"live"`
	State  string `json:"state"`
	MadeAt int64  `json:"made_at"`
	By     string `json:"by,omitempty"`
	Note   string `json:"note,omitempty"`
	Files  int    `json:"files"`
	Bytes  int64  `json:"bytes"`
	Hash   string `json:"hash"`
}

func buildShape() shape {
	return object("",
		need("id", text("")), need("live", yesNo("Whether it serves")), need("state", text("new: nobody has loaded it yet")),
		need("made_at", whole("Unix seconds")), may("by", text("Who published it; nobody: the folder was saved")), may("note", text("")),
		need("files", whole("")), need("bytes", whole("")), need("hash", text("Over all names and contents")))
}

const buildExample = `{"id":"3f9c12ab","live":true,"state":"good","made_at":1772416805,"files":3,"bytes":1204,"hash":"3f9c12ab00000000000000000000000000000000000000000000000000000000"}`

func buildOf(b store.Build, live string) Build {
	return Build{
		ID: b.ID, Live: b.ID == live, State: string(b.State), MadeAt: unix(b.MadeAt), By: b.By.String(), Note: b.Note,
		Files: b.Files, Bytes: b.Bytes, Hash: b.Hash,
	}
}

// Report is what publishing one account came to.
type Report struct {
	Account string `json:"account"`
	Live    bool   `json:"live"`
	Build   string `json:"build,omitempty"`
	Error   string `json:"error,omitempty"`
}

// Entry is one row of the audit.
type Entry struct {
	At      int64  `json:"at"`
	Account string `json:"account,omitempty"`
	Kind    string `json:"kind"`
	Name    string `json:"name,omitempty"`
	Act     string `json:"act"`
	Object  string `json:"object,omitempty"`
	Hashes  string `json:"hashes,omitempty"`
}

func auditShape() shape {
	return object("",
		need("at", whole("Unix seconds")), may("account", text("")),
		need("kind", text("user of the console, key of the HTTP interface, or cli: whoever had the token")), may("name", text("")),
		need("act", text("")), may("object", text("What it was done to")), may("hashes", text("Of what was there before and after")))
}

const auditExample = `{"at":1772416805,"account":"shop","kind":"cli","name":"anna","act":"account.disable","object":"shop"}`

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}
