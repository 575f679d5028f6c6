package store

// A table of data.

// tables are all tables of the database.
func tables() []table {
	return []table{
		{
			name: "claims", whose: ofFan, retention: "Prune, ten minutes after the message came", bound: "the messages of ten minutes",
			key: []string{"key"}, fan: "fan", fanForgets: runsOut, accountForgets: byRows, backup: true,
		},
		{
			name: "kv", whose: ofAccount, retention: "the script, or Prune once the time to live is over", bound: "TurnKey.Quota bytes an account",
			key: []string{"key"}, accountForgets: byRows, backup: true,
			export: []column{{"key", asBytes}, {"value", asBytes}, {"expires", asTime}},
		},
		{
			name: "kv_groups", whose: ofAccount, retention: "with the last key of the group", bound: "the keys of kv",
			key: []string{"name"}, accountForgets: byRows, backup: true,
		},
		{
			name: "rooms", whose: ofAccount, retention: "with the account", bound: "one an account", accountForgets: byRows, backup: true,
		},
		{
			name: "sessions", whose: ofFan, retention: "Prune, a time to live after the last change", bound: "one a fan, MaxSession bytes",
			key: []string{"openid"}, fan: "openid", fanForgets: byRows, accountForgets: byRows, backup: true,
			export: []column{{"openid", asText}, {"value", asBytes}, {"expires", asTime}},
		},
		{
			name: "answers", whose: ofFan, retention: "the fan takes it, or Prune after AnswerLife", bound: "MaxAnswers a fan, MaxReply bytes each",
			key: []string{"openid", "id"}, fan: "openid", fanForgets: byRows, accountForgets: byRows, backup: true,
			export: []column{{"openid", asText}, {"answer", asBytes}, {"expires", asTime}},
		},
		{
			name: "record_blocks", whose: ofAll, retention: "Prune, after Retention.Messages", bound: "the messages of the retention, 16 KiB a text",
			accountForgets: byBlocks, backup: true, dump: (*exporting).messages, shown: "messages",
		},
		{
			name: "record_changes", whose: ofAll, retention: "with the block, or once they are in it", bound: "one a message", accountForgets: byBlocks, backup: true,
		},
		{
			name: "record_runs", whose: ofAll, retention: "once they are merged, or their blocks gone", bound: "some dozens, and one for each 50,000 messages",
			accountForgets: never, backup: true,
		},
		{
			name: "record_pages", whose: ofAll, retention: "with the run; of fans Forget and ForgetAccount", bound: "35 bytes a message, a few hundred a fan",
			accountForgets: byBlocks, backup: true, dump: (*exporting).fans, shown: "fans",
		},
		{
			name: "record_masks", whose: ofAll, retention: "Forget, or Prune when that was interrupted", bound: "one a fan who is being forgotten", accountForgets: byBlocks, backup: true,
		},
		{
			name: "record_move", whose: ofSchema, retention: "never", bound: "one", accountForgets: never, backup: true,
		},
		// The next two stay, empty, although nothing writes them. A step that drops them runs when a file is opened, and a file
		// of schema 12 takes it in the same breath as step 13, before the mover has moved a row: its records would be gone.
		// They can go once no program opens such files any more, in a step with a min_program above all that name them
		// (renaming, forgetting and the backup go over all tables), and that refuses files of which the move is not done.
		{
			name: "old_messages", whose: ofAccount, retention: "once they are in blocks", bound: "what an older program wrote",
			key: []string{"id"}, accountForgets: byRows, backup: true,
		},
		{
			name: "old_fans", whose: ofFan, retention: "once they are in pages", bound: "what an older program wrote",
			key: []string{"openid"}, fan: "openid", fanForgets: byRows, accountForgets: byRows, backup: true,
		},
		{
			name: "menu_events", whose: ofAccount, retention: "Prune, after Retention.Menu", bound: "one a button and hour",
			key: []string{"event_key", "event", "menu_id", "hour"}, accountForgets: byRows, backup: true,
			export: []column{
				{"event_key", asText},
				{"event", asText},
				{"menu_id", asText},
				{"hour", asHour},
				{"answered", asNumber},
				{"acknowledged", asNumber},
				{"answered_async", asNumber},
				{"failed", asNumber},
				{"late", asNumber},
				{"unhandled", asNumber},
				{"repeats", asNumber},
			},
		},
		{
			name: "accounts", whose: ofAccount, retention: "ForgetAccount; Prune, KeepGone after the folder went", bound: "one an account",
			accountForgets: lastRow, backup: true,
			export: []column{{"app_id", asText}, {"state", asText}, {"changed_at", asTime}, {"by", asText}, {"gone_at", asTime}},
		},
		{
			name: "builds", whose: ofAccount, retention: "SaveBuild and Prune, as TrimBuilds says", bound: "MaxBuilds an account and those always kept",
			key: []string{"id"}, accountForgets: byBuilds, backup: true,
			export: []column{{"id", asText}, {"made_at", asTime}, {"state", asText}, {"by", asText}, {"note", asText}, {"files", asNumber}, {"bytes", asNumber}},
		},
		{
			name: "file_uses", whose: ofAccount, retention: "with the last build of the account that has the file", bound: "the files of its builds",
			key: []string{"hash"}, accountForgets: byBuilds, backup: true,
		},
		{
			name: "files", whose: ofAll, retention: "with the last row of file_uses that has it", bound: "MaxBuildsBytes an account, and the builds always kept", accountForgets: byBuilds, backup: true,
		},
		{
			name: "current", whose: ofAccount, retention: "with the account", bound: "one an account", accountForgets: byRows, backup: true,
			export: []column{{"build", asText}, {"seq", asNumber}, {"pinned_over", asText}},
		},
		{
			name: "configs", whose: ofAccount, retention: "Publish, when MaxConfigs newer ones are there", bound: "MaxConfigs an account, MaxConfig bytes each",
			key: []string{"seq"}, accountForgets: byRows, backup: true,
			export: []column{{"seq", asNumber}, {"by", asText}, {"at", asTime}},
		},
		{
			name: "histories", whose: ofFan, retention: "Prune, HistoryLife after the last word", bound: "one a fan, MaxHistory bytes",
			key: []string{"openid"}, fan: "openid", fanForgets: byRows, accountForgets: byRows, backup: true,
			export: []column{{"openid", asText}, {"value", asBytes}, {"expires", asTime}},
		},
		{
			name: "spendings", whose: ofFan, retention: "Prune, after keepSpendings", bound: "one a fan and day that asked a model, and one a day",
			key: []string{"day", "openid"}, fan: "openid", fanForgets: byRows, accountForgets: byRows, backup: true,
			export: []column{{"day", asNumber}, {"openid", asText}, {"tokens", asNumber}, {"asked", asNumber}},
		},
		{
			name: "hook_calls", whose: ofAccount, retention: "Prune, after HookLife", bound: "what a minute allows of each hook, for HookLife",
			key: []string{"hook", "id"}, accountForgets: byRows, backup: true,
			export: []column{{"hook", asText}, {"type", asText}, {"body", asBytes}, {"expires", asTime}},
		},
		{
			name: "conversations", whose: ofFan, retention: "the turn that ends it, or Prune, KeepFailed after it failed", bound: "one a fan, MaxDetail bytes",
			key: []string{"openid"}, fan: "openid", fanForgets: byRows, accountForgets: byRows, backup: true,
			export: []column{
				{"openid", asText},
				{"id", asText},
				{"flow", asText},
				{"build", asText},
				{"state", asText},
				{"kind", asText},
				{"question", asText},
				{"started", asTime},
				{"changed", asTime},
				{"expires", asTime},
				{"why", asText},
			},
		},
		{
			name: "journals", whose: ofAccount, retention: "with the conversation or the job", bound: "what bindings.JournalLimits allow of each",
			key: []string{"owner", "piece"}, accountForgets: byRows, backup: true,
			export: []column{{"owner", asText}, {"piece", asNumber}, {"body", asBytes}},
		},
		{
			name: "signals", whose: ofFan, retention: "Prune, SignalLife after they came", bound: "MaxSignals a fan, MaxSignal bytes each, and the ids of some that were taken",
			key: []string{"openid", "name", "id"}, fan: "openid", fanForgets: byRows, accountForgets: byRows, backup: true,
			export: []column{{"openid", asText}, {"name", asText}, {"id", asText}, {"data", asBytes}, {"expires", asTime}},
		},
		{
			name: "jobs", whose: ofAccount, retention: "Prune, KeepDone or KeepOver after the end", bound: "MaxJobs and MaxOverJobs an account, MaxJobArgs each",
			key: []string{"id"}, accountForgets: byRows, backup: true,
			export: []column{
				{"id", asText},
				{"kind", asText},
				{"name", asText},
				{"state", asText},
				{"due", asTime},
				{"args", asBytes},
				{"step", asNumber},
				{"attempt", asNumber},
				{"result", asText},
				{"error", asText},
				{"made_at", asTime},
			},
		},
		{
			name: "job_counts", whose: ofAccount, retention: "with the account", bound: "one an account", accountForgets: byRows, backup: true,
		},
		{
			name: "held_jobs", whose: ofAccount, retention: "FreeJobs", bound: "one an account, and one for all", accountForgets: byRows, backup: true,
			export: []column{{"at", asTime}, {"by", asText}},
		},
		{
			name: "traces", whose: ofFan, retention: "a newer one, beyond MaxTraces; Prune, after Retention.Messages", bound: "MaxTraces of each kind an account, and trimTraces more; MaxTraceBody each",
			key: []string{"id"}, fan: "openid", fanForgets: byRows, accountForgets: byRows, backup: true,
			export: []column{{"id", asNumber}, {"openid", asText}, {"troubled", asNumber}, {"body", asBytes}},
		},
		{
			name: "audit", whose: ofOperators, retention: "Prune, after KeepAudit", bound: "MaxAudit", accountForgets: never, backup: true,
		},
		{
			name: "menus", whose: ofApp, retention: "ForgetAccount, when no other account has the app_id", bound: "one an app_id", accountForgets: byRows, backup: true,
		},
		{
			name: "media", whose: ofApp, retention: "Prune, once it ran out; DropMedia; ForgetAccount, when no other account has the app_id", bound: "the files of media/ that were used within three days; on menus and as pictures of articles within a year",
			accountForgets: byRows, backup: true,
		},
		{
			name: "tokens", whose: ofApp, retention: "Prune, a day after they ran out", bound: "a few an app_id", accountForgets: runsOut,
		},
		{
			name: "nodes", whose: ofProcess, retention: "the next process with that id", bound: "maxNodes", accountForgets: never,
		},
		{name: "schema", whose: ofSchema, retention: "never", bound: "one a step", accountForgets: never, backup: true},
		{name: "schema_steps", whose: ofSchema, retention: "never", bound: "one a step", accountForgets: never, backup: true},
	}
}
