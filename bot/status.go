package bot

import "time"

// Status is one account as operators see it. It holds no secret.
type Status struct {
	Name, AppID, Kind, Mode string
	Verified                bool
	State                   State     // where it stands, in one word
	Build                   string    // "" until a build serves
	Loaded                  bool      // false while the folder still waits to be looked at
	Serving                 bool      // messages are answered
	Err                     string    // why the account does not serve, or why its last save is not live
	PausedUntil             time.Time // zero when not paused
	PausedFor               string    // the budget that was spent last and where: "instructions at main.lua:3"
	Pauses                  int       // in a row, this one included
	Turns, Queued           int       // running and waiting for their turn now
	Waiting                 int       // turns that wait for somebody outside: WeChat, another server, time.sleep
}
