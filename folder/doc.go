// Package folder reads accounts' folders and watches them. It knows nothing of Lua, of WeChat, or of what a file means.
//
//	snap, err := folder.Read(root, "demo", folder.Limits{}) // all files of one moment, or an error
//	w := folder.NewWatcher("scripts", folder.WatchOptions{OnDirty: changed, OnGone: gone})
//	err = w.Run(ctx)
//
// Where to change what: which names accounts have in names.go; which files a folder's build is made of in listing.go;
// how they are read in one piece in snapshot.go, held against limits in within.go and against UTF-8 in utf8.go; what of
// media/ and tests/ comes along in media.go. The
// watcher: its loop in watch.go; which folders are watched in watchtree.go; how one is looked at beside the loop, with a
// time limit, in watchlook.go and fingerprint.go; when a change is told in debounce.go and watchreport.go; git's lock
// in gitlock.go; file systems without events in watchfs_*.go.
//
// Strangers write to these folders: links that lead outside, pipes, endless files and trees are refused by name or cut
// off, and one account's folder never holds up another's. A Snapshot is immutable and safe for concurrent use; a
// Watcher belongs to the goroutine of Run.
package folder
