// Package bindings is everything a script can call: the one room that speaks both Lua and WeChat.
//
// One table (see Functions) describes each function once: its name, parameters, results, text in English
// and Chinese, an example and its errors. From it come the functions a script finds, the check of their
// arguments, the editor's stubs (Types), the reference page (Reference) and the "did you mean" of errors.
//
//	set, err := bindings.NewSet()                  // once per process
//	eng, err := engine.New(set, engine.Options{})
//	p, err := bindings.Compile(ctx, eng, snapshot, limits, bindings.ProgramConfig{Account: "demo"})
//	out, err := p.Answer(ctx, bindings.Input{Message: m, Memory: memory})
//
// The room reaches nothing outside by itself: memory, records, media files and WeChat come in as values, and
// every function with an effect or a view of the outside goes through engine.Turn.Effect, which refuses it
// at the top level of a script and counts it against the turn's budget. It decides neither how often a
// message is handled nor when its answer leaves, and it pushes no menu; that is the bot's. Nothing that a
// script holds shares state with Go: data crosses by copy, and what is shared between turns is read-only.
//
// A Program is immutable and safe for concurrent use.
//
// A library that scripts see is the file of its name (user.go, reply.go, store.go): first its entries in the
// table, then what they do. To change the rest, read
//
//	what an entry says, a new library         function.go, type.go, families.go
//	the reference page, the stubs             reference.go, stubs.go, message_fields.go, events.go
//	what arguments may be, errors about them  arguments.go, type.go, record.go, duration.go, wording.go
//	what a call gives back                    call.go, json_encode.go, json_decode.go
//	calls to WeChat, refusals, claims         wechat.go, outward.go, sent.go, paged_openids.go
//	language models, their tools              llm.go, llm_ask.go, llm_tools.go, llm_reply.go, llm_history.go, llm_following.go
//	calls to other servers                    http.go, http_options.go, http_located.go
//	effects and who is told of them           state.go, observe.go
//	what lasts, what ends a turn              input.go, state.go, session.go, store_list.go
//	one push from rule to answer              program.go, ask.go, kept.go, answer.go, outcome.go
//	which rules a push fits                   rule.go, index.go, fold.go, parts.go, glob.go, trie.go
//	calls of other systems                    hook.go
//	what is done at a time                    job.go, every.go, cron.go (when), task.go (after, cancel), jobrun.go
//	flows: what an author writes              flow.go, flow_entries.go, flow_memory.go
//	a conversation that runs                  talk.go, talk_run.go, talk_ask.go, talk_say.go, talk_table.go
//	questions, what fits them                 question.go, question_read.go
//	what a run has done, for the next run     journal.go, plaincode.go; in words: journal_told.go
//	the menu of the top level                 button.go, menu_declared.go
//	links in texts that say something         reply_tap.go
//	msg and settings                          msg.go, element.go, settings.go
//	text: characters, finding, markup         text.go, characters.go, finder.go, markup.go
//	a push on record, how its turn went       msg_record.go, trace.go, explain.go (the rules), rerun.go (once more)
//	files of media/                           media_file.go, media_places.go, media_fields.go (by name), media_upload.go
//	files of data/                            data_csv.go, data_csv_find.go, data_csv_error.go, data_json.go, data_quota.go,
//	                                          data_error.go
//	what a text tells of a call                literal.go
//	tests in Lua                              testfile.go, testfunctions.go
//	time zones, tokens in texts               zones.go, conceal.go
package bindings
