package admin

import (
	"context"
	"encoding/json"
	"time"

	"moonwire/server/openapi"
	"moonwire/store"
)

// method is one line of the table, and who does it. A table of data.
type method struct {
	openapi.Method
	run func(context.Context, *ask) (any, error)
	// account says that the account of the body must be one that anything is known of.
	account bool
	// changes says that the audit has a row of it, by the commit that makes the change.
	changes bool
	// heavy says that it holds whole folders: only some run at once.
	heavy bool
	// patience is how long it may take; 0 = patience.
	patience time.Duration
}

// methods is the door: one method for each thing that an operator does.
func methods() []method {
	return []method{
		{Method: openapi.Method{
			Name: "accounts/list", Title: "List accounts",
			Doc:    "All accounts that anything is known of, by name: those with a folder, and those that are gone and not forgotten yet.",
			Body:   object("", may("state", text("Only those that stand so").OneOf(states()...))),
			Answer: object("", need("accounts", list("", accountShape()))),
			Take:   json.RawMessage(`{"state":"serving"}`),
			Give:   json.RawMessage(`{"accounts":[` + accountExample + `]}`),
		}, run: listAccounts},
		{Method: openapi.Method{
			Name: "accounts/show", Title: "Show an account",
			Doc:  "One account, whatever its state.",
			Body: object("", need("account", accountName())), Answer: accountShape(),
			Take: json.RawMessage(`{"account":"shop"}`), Give: json.RawMessage(accountExample),
		}, run: showAccount, account: true},
		{Method: openapi.Method{
			Name: "accounts/disable", Title: "Disable an account",
			Doc:  "From then on it answers as if it were not there, in every process, over restarts too.",
			Body: object("", need("account", accountName())), Answer: accountShape(),
			Take: json.RawMessage(`{"account":"shop"}`), Give: json.RawMessage(accountExample),
		}, run: disableAccount, account: true, changes: true},
		{Method: openapi.Method{
			Name: "accounts/enable", Title: "Enable an account",
			Doc:  "Ends accounts/disable.",
			Body: object("", need("account", accountName())), Answer: accountShape(),
			Take: json.RawMessage(`{"account":"shop"}`), Give: json.RawMessage(accountExample),
		}, run: enableAccount, account: true, changes: true},
		{Method: openapi.Method{
			Name: "accounts/rename", Title: "Rename an account",
			Doc:  "Moves all that is kept of an account to another name. Refused while it is live: disable it first.",
			Body: object("", need("account", accountName()), need("name", accountName())), Answer: accountShape(),
			Take: json.RawMessage(`{"account":"shop","name":"shop-eu"}`), Give: json.RawMessage(accountExample),
		}, run: renameAccount, account: true, changes: true, patience: longPatience},
		{Method: openapi.Method{
			Name: "accounts/forget", Title: "Forget an account",
			Doc:  "Removes all that is kept of an account but the audit. There is no way back. Refused while it is live: disable it first, or move its folder away.",
			Body: object("", need("account", accountName())), Answer: object(""),
			Take: json.RawMessage(`{"account":"shop"}`), Give: json.RawMessage(`{}`),
		}, run: forgetAccount, account: true, changes: true, patience: longPatience},
		{Method: openapi.Method{
			Name: "builds/list", Title: "List the builds of an account",
			Doc:    "The versions of its folder that are kept, newest first. account.yaml is no part of them.",
			Body:   object("", need("account", accountName())),
			Answer: object("", need("builds", list("", buildShape()))),
			Take:   json.RawMessage(`{"account":"shop"}`),
			Give:   json.RawMessage(`{"builds":[` + buildExample + `]}`),
		}, run: listBuilds, account: true},
		{Method: openapi.Method{
			Name: "builds/get", Title: "Get the files of a build",
			Doc:    "All files of one build, names seen from the account's folder; those of shared files begin with shared/.",
			Body:   object("", need("account", accountName()), need("build", buildID())),
			Answer: object("", need("files", list("", object("", need("name", text("")), need("base64", text("")))))),
			Take:   json.RawMessage(`{"account":"shop","build":"3f9c12ab"}`),
			Give:   json.RawMessage(`{"files":[{"name":"main.lua","base64":"b24udGV4dCgiaGkiLCAiaG8iKQo="}]}`),
		}, run: getBuild, account: true, heavy: true},
		{Method: openapi.Method{
			Name: "builds/rollback", Title: "Go back to an older build",
			Doc:    "Makes it live: the one that is named, else the last good one before the live one. The folder is followed again from its next changed save on.",
			Body:   object("", need("account", accountName()), may("build", buildID())),
			Answer: object("", need("build", buildShape())),
			Take:   json.RawMessage(`{"account":"shop"}`),
			Give:   json.RawMessage(`{"build":` + buildExample + `}`),
		}, run: rollBack, account: true, changes: true, heavy: true},
		{Method: openapi.Method{
			Name: "builds/publish", Title: "Publish folders",
			Doc: "Makes what the folders of accounts hold live on every machine, where reload.mode is published. Each account by itself: one that is broken holds up no other.",
			Body: object("",
				may("accounts", list("All that have a folder here unless told", accountName()).Within(1, maxPublished)), need("note", text("What is new").Within(1, 2048))),
			Answer: object("", need("reports", list("", object("",
				need("account", text("")), need("live", yesNo("")), may("build", text("The one that serves now")), may("error", text("Why it is not live")))))),
			Take: json.RawMessage(`{"accounts":["shop"],"note":"spring menu"}`),
			Give: json.RawMessage(`{"reports":[{"account":"shop","live":true,"build":"3f9c12ab"}]}`),
		}, run: publish, changes: true, heavy: true, patience: longPatience},
		{Method: openapi.Method{
			Name: "flows/list", Title: "List conversations",
			Doc: "The fans of an account who are in a conversation, by openid. `next` begins the next page: hand it back as `after`.",
			Body: object("",
				need("account", accountName()), may("after", text("Only openids behind this one").Within(1, 128).OrNull()),
				may("limit", whole("How many; 50 unless told").Within(1, maxFlowsPage))),
			Answer: object("", need("conversations", list("", conversationShape())), need("next", text("null on the last page").OrNull())),
			Take:   json.RawMessage(`{"account":"shop","limit":20}`),
			Give:   json.RawMessage(`{"conversations":[` + conversationExample + `],"next":null}`),
		}, run: listFlows, account: true},
		{Method: openapi.Method{
			Name: "flows/show", Title: "Show a conversation",
			Doc:  "What one fan has under way, and what it has done so far, in the author's words.",
			Body: object("", need("account", accountName()), need("openid", fanName())), Answer: toldShape(),
			Take: json.RawMessage(`{"account":"shop","openid":"oXbY0amy0000000000000000009f"}`), Give: json.RawMessage(toldExample),
		}, run: showFlow, account: true},
		{Method: openapi.Method{
			Name: "flows/try", Title: "Try a folder on those who wait",
			Doc:  "What a folder, as it is before a save, would do to the fans of an account who wait. It is tried with at most 200 of them, for 50 ms, and with the account.yaml that serves; nothing is kept, sent or done.",
			Body: draftShape(), Answer: triedShape(), MaxBody: maxDraft,
			Take: json.RawMessage(`{"account":"shop","files":[{"name":"main.lua","base64":"b24udGV4dCgiaGkiLCAiaG8iKQo="}],"media":{"media/cup.jpg":20480}}`), Give: json.RawMessage(triedExample),
		}, run: tryFlows, account: true, heavy: true},
		{Method: openapi.Method{
			Name: "flows/end", Title: "End a conversation",
			Doc:  "Ends it without a word to the fan.",
			Body: object("", need("account", accountName()), need("openid", fanName())), Answer: object(""),
			Take: json.RawMessage(`{"account":"shop","openid":"oXbY0amy0000000000000000009f"}`), Give: json.RawMessage(`{}`),
		}, run: endFlow, account: true, changes: true},
		{Method: openapi.Method{
			Name: "flows/resume", Title: "Resume a conversation",
			Doc:  "Lets it go on from its journal, on a kept build or on the live one: what was done is not done again.",
			Body: object("", need("account", accountName()), need("openid", fanName()), may("build", buildID())), Answer: object(""),
			Take: json.RawMessage(`{"account":"shop","openid":"oXbY0amy0000000000000000009f","build":"3f9c12ab"}`), Give: json.RawMessage(`{}`),
		}, run: resumeFlow, account: true, changes: true},
		{Method: openapi.Method{
			Name: "traces/show", Title: "Show how a turn went",
			Doc:    "One turn: the push, why each rule answered or did not, calls, lines of the log, times. How it went is kept of the last 1,000 turns of an account and of the last 1,000 that went wrong, at most 200 a second; of others only the message is known.",
			Body:   object("", may("account", accountName()), need("trace", traceRef("Its trace, an ending of it, or WeChat's msg_id; looked for in all accounts unless one is named"))),
			Answer: tracedShape(),
			Take:   json.RawMessage(`{"trace":"M3K8Q2A7QK"}`),
			Give:   json.RawMessage(tracedExample),
		}, run: showTrace},
		{Method: openapi.Method{
			Name: "traces/replay", Title: "Run recorded pushes again",
			Doc:  "What a kept build, a folder, or else the live build would answer to pushes that came. What calls came to is answered from what is kept; nothing is asked, sent or stored. At most 20 seconds.",
			Body: replayShape(), Answer: replayedShape(), MaxBody: maxDraft,
			Take: json.RawMessage(`{"account":"shop","since":1772413200,"build":"3f9c12ab"}`),
			Give: json.RawMessage(replayedExample),
		}, run: replay, account: true, heavy: true, patience: time.Minute},
		{Method: openapi.Method{
			Name: "jobs/list", Title: "List jobs",
			Doc: "What scripts do at a time, by account and id. `next` begins the next page: hand it back as `after`. `held` are the accounts whose jobs do not begin; * stands for all.",
			Body: object("",
				may("account", accountName()),
				may("state", text("Only those that stand so").OneOf(jobStates()...)),
				may("after", text("`next` of the page before").Within(1, 256).OrNull()),
				may("limit", whole("How many; 50 unless told").Within(1, store.MaxJobPage))),
			Answer: object("", need("jobs", list("", jobShape())), need("held", list("", text(""))), need("next", text("null on the last page").OrNull())),
			Take:   json.RawMessage(`{"account":"shop","state":"due"}`),
			Give:   json.RawMessage(`{"jobs":[` + jobExample + `],"held":[],"next":null}`),
		}, run: listJobs},
		{Method: openapi.Method{
			Name: "jobs/show", Title: "Show a job",
			Doc:  "One job, with its arguments; of an every the next five times.",
			Body: object("", need("account", accountName()), need("id", jobID())), Answer: jobShape(),
			Take: json.RawMessage(`{"account":"shop","id":"close:oX3"}`), Give: json.RawMessage(jobExample),
		}, run: showJob, account: true},
		{Method: openapi.Method{
			Name: "jobs/run", Title: "Do a job now",
			Doc:  "Makes one due that is due later, or over: failed, dead, cancelled or done.",
			Body: object("", need("account", accountName()), need("id", jobID())), Answer: jobShape(),
			Take: json.RawMessage(`{"account":"shop","id":"close:oX3"}`), Give: json.RawMessage(jobExample),
		}, run: runJob, account: true, changes: true},
		{Method: openapi.Method{
			Name: "jobs/cancel", Title: "Cancel a job",
			Doc:  "One that is due is not done. One that runs is stopped, and nothing comes after it; an every goes on at its next time.",
			Body: object("", need("account", accountName()), need("id", jobID())), Answer: jobShape(),
			Take: json.RawMessage(`{"account":"shop","id":"close:oX3"}`), Give: json.RawMessage(jobExample),
		}, run: cancelJob, account: true, changes: true},
		{Method: openapi.Method{
			Name: "jobs/hold", Title: "Hold jobs",
			Doc:  "From then on no job of the account begins, in any process, or none at all without an account. Those that run go on.",
			Body: object("", may("account", accountName())), Answer: object("", need("changed", yesNo("false: they were held already"))),
			Take: json.RawMessage(`{"account":"shop"}`), Give: json.RawMessage(`{"changed":true}`),
		}, run: holdJobs, changes: true},
		{Method: openapi.Method{
			Name: "jobs/resume", Title: "Let held jobs go",
			Doc:  "Ends jobs/hold for the account; without one for all of them, and what a restored backup holds.",
			Body: object("", may("account", accountName())), Answer: object("", need("changed", yesNo("false: none were held"))),
			Take: json.RawMessage(`{"account":"shop"}`), Give: json.RawMessage(`{"changed":true}`),
		}, run: resumeJobs, changes: true},
		{Method: openapi.Method{
			Name: "audit/list", Title: "List who did what",
			Doc: "Newest first. `next` begins the next page: hand it back as `before`. Of kind cli, the name is what the asker says of himself.",
			Body: object("",
				may("account", text("Only what was done to this one; it may be forgotten").Within(1, 64)),
				may("before", text("`next` of the page before").Within(1, 20).OrNull()),
				may("limit", whole("How many; 50 unless told").Within(1, maxAuditPage))),
			Answer: object("", need("entries", list("", auditShape())), need("next", text("null on the last page").OrNull())),
			Take:   json.RawMessage(`{"account":"shop","limit":20}`),
			Give:   json.RawMessage(`{"entries":[` + auditExample + `],"next":null}`),
		}, run: listAudit},
	}
}
