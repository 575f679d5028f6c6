-- What is recorded of turns, written behind. Bodies are in the format of codec.go.
-- Messages of one fan, and of one account, are chains from the newest to the oldest: an index over
-- fans costs three times what the rows cost, since it touches a page for each fan.
CREATE TABLE messages (
	id           INTEGER NOT NULL PRIMARY KEY, -- the trace as a number, ordered by time
	account      TEXT    NOT NULL,
	msg          INTEGER, -- WeChat's message id, or a hash of one that is no number
	status       INTEGER NOT NULL,
	fan_prev     INTEGER NOT NULL, -- the fan's message before this one, 0 = none
	account_prev INTEGER NOT NULL, -- the account's
	body         BLOB    NOT NULL
);
CREATE INDEX messages_msg ON messages (msg) WHERE msg IS NOT NULL;

CREATE TABLE accounts (
	account TEXT    NOT NULL PRIMARY KEY,
	head    INTEGER NOT NULL -- the newest message
) WITHOUT ROWID;

CREATE TABLE fans (
	account TEXT    NOT NULL,
	openid  TEXT    NOT NULL,
	head    INTEGER NOT NULL, -- the newest message
	body    BLOB    NOT NULL,
	PRIMARY KEY (account, openid)
) WITHOUT ROWID;

CREATE TABLE menu_events (
	account        TEXT    NOT NULL,
	event_key      TEXT    NOT NULL,
	event          TEXT    NOT NULL,
	menu_id        TEXT    NOT NULL,
	hour           INTEGER NOT NULL, -- Unix hours, engine's clock
	pending        INTEGER NOT NULL,
	answered       INTEGER NOT NULL,
	acknowledged   INTEGER NOT NULL,
	answered_async INTEGER NOT NULL,
	failed         INTEGER NOT NULL,
	late           INTEGER NOT NULL,
	unhandled      INTEGER NOT NULL,
	repeats        INTEGER NOT NULL, -- further deliveries of the same push
	timed          INTEGER NOT NULL, -- events with a latency
	latency_sum    INTEGER NOT NULL, -- microseconds
	latency_max    INTEGER NOT NULL,
	last_at        INTEGER NOT NULL, -- the newest event: its time in milliseconds, and what it was
	last           BLOB    NOT NULL,
	PRIMARY KEY (account, event_key, event, menu_id, hour)
) WITHOUT ROWID;
