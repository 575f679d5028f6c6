-- min_program: 5
-- What fans have under way with flows: one conversation a fan. Times are Unix milliseconds by the engine's clock.
CREATE TABLE conversations (
	account  TEXT    NOT NULL,
	openid   TEXT    NOT NULL,
	id       TEXT    NOT NULL,
	flow     TEXT    NOT NULL,
	build    TEXT    NOT NULL, -- that wrote the last entry of its journal
	state    TEXT    NOT NULL, -- starting, running, waits, failed, gone
	kind     TEXT    NOT NULL, -- of what it waits for
	question TEXT    NOT NULL, -- as the fan was asked it; of events and signals their names
	detail   BLOB    NOT NULL, -- what fits the question, as its writer keeps it
	misses   INTEGER NOT NULL,
	pieces   INTEGER NOT NULL, -- of its journal
	started  INTEGER NOT NULL,
	changed  INTEGER NOT NULL,
	expires  INTEGER NOT NULL, -- the flow as a whole
	ask_due  INTEGER,          -- when the question has waited long enough; NULL = never
	due      INTEGER,          -- when it goes on by itself; NULL = never
	why      TEXT    NOT NULL, -- it goes on then: timeout, expire, signal, resume; or why it failed
	PRIMARY KEY (account, openid)
) WITHOUT ROWID;
CREATE INDEX conversations_due ON conversations (due) WHERE due IS NOT NULL;
CREATE INDEX conversations_build ON conversations (account, build);

-- What a conversation, or a job, has done so far, in pieces as its turns wrote them.
CREATE TABLE journals (
	account TEXT    NOT NULL,
	owner   TEXT    NOT NULL, -- the id of the conversation or the job
	piece   INTEGER NOT NULL, -- from 1
	body    BLOB    NOT NULL,
	PRIMARY KEY (account, owner, piece)
) WITHOUT ROWID;

-- News for conversations that nobody has taken yet, and the ids of those that were.
CREATE TABLE signals (
	account TEXT    NOT NULL,
	openid  TEXT    NOT NULL,
	name    TEXT    NOT NULL,
	id      TEXT    NOT NULL, -- the same one counts once
	no      INTEGER NOT NULL, -- in order
	data    BLOB    NOT NULL,
	taken   INTEGER NOT NULL, -- 1: only the id is of interest
	expires INTEGER NOT NULL,
	PRIMARY KEY (account, openid, name, id)
) WITHOUT ROWID;
CREATE INDEX signals_expires ON signals (expires);
