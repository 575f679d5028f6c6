//go:build race

package bot_test

// raceEnabled says that the race detector slows everything down and takes memory of its own.
const raceEnabled = true

// neighbourRate is how many messages a second the honest account is sent beside attacks: what this can serve.
const neighbourRate = 200
