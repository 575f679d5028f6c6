// Package store keeps what must last: what scripts wrote, who wrote to the account and when, what
// came of each message, tokens, and answers that wait for their fan. It knows nothing of WeChat or Lua.
//
//	s, err := store.Open(ctx, store.Options{Path: "moonwire.db"})
//	defer s.Close()
//	t := s.Turn(store.TurnKey{Account: "demo", Key: key, OpenID: openid, At: now})
//	n, err := t.Incr(ctx, "visits", 1)       // other turns see it at once
//	err = t.Finish(ctx, store.Result{Reply: reply}) // returns once it is on disk
//	s.Record(store.Record{Account: "demo", OpenID: openid, ...}) // some milliseconds later on disk
//
// There are two roads to the disk. What a turn writes is durable: it is carried out inside the one
// open transaction and answered at once, and Finish returns after the commit that holds it, which
// many turns share. Records of turns are written behind: encoded into a bounded buffer and written
// in batches that give way to durable writes; a slow disk costs records, which are counted, never
// replies.
//
// Records lie in blocks of many messages (recordblock.go), which recordbatch.go writes; recordamend.go adds to those that are
// written. What finds them, and what is known of fans (head.go), stands in runs of pages (recordrun.go; which of them have a fan, runfilter.go): seal.go makes them of
// the newest blocks, the tail (tail.go), merge.go puts them together as they grow, tidy.go says when. So a record costs the same
// however many fans there are. lookup.go is how all reading goes; prunerecords.go, forget.go and forgetrecords.go take
// records away; traces.go keeps how the newest turns went; oldrecords.go and moverecords.go are for files of programs that had a row for each message. docs/decisions/0014
// says why.
//
// Each step of the schema says how many steps a program must know to work on it (schema.go): what only adds leaves the file
// to older programs, what removes keeps them out ([NewerSchemaError]). tables.go says of every table whose its rows are, who
// deletes them, how many there can be, and what becomes of them when an account or a fan is forgotten, and in an export and a
// backup; a new table is entered there.
//
// Builds are the versions of accounts' folders: savebuild.go writes them, in pieces that hold up no turn and none twice;
// trimbuilds.go says which stay; current.go which one is live, and what it is to go back. accounts.go has what operators
// decide about accounts, forgetaccount.go and rename.go end and move all that is kept of one, audit.go says who did it. What
// the store does for an [Actor] is in the audit in the same commit.
//
// Jobs are what scripts do at a time: putjob.go and everyjob.go write them, takejob.go gives each to one process, endjob.go
// says what becomes of a run, of one whose process has died, too; operatejob.go has what operators decide.
//
// The store keeps no copy in memory of anything that another process could change: several processes of one
// machine may share the file. Each is a node with a row and an epoch: node.go says how it shows that it
// lives, beat.go what it does every second, dead.go whom it takes for dead. A claim belongs to a turn of a
// node: begin.go is how turns claim when others may have the message, own.go how they do when they write,
// settle.go who brings a late reply to the fan.
//
// A Store is safe for concurrent use; a [Turn] belongs to one goroutine.
package store
