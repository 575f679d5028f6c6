//go:build race

package bot_test

// raceEnabled says that the race detector slows everything down and takes memory of its own.
const raceEnabled = true
