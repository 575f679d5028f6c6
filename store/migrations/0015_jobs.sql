-- min_program: 5
-- What scripts do at a time: each every(…) has a row, and each after(…). Times are Unix milliseconds by the engine's clock.
CREATE TABLE jobs (
	account TEXT    NOT NULL,
	id      TEXT    NOT NULL, -- every:NAME, what the script calls it, or made up
	kind    TEXT    NOT NULL, -- every, task
	name    TEXT    NOT NULL, -- of the every, or of the task
	state   TEXT    NOT NULL, -- due, running, done, failed, dead, cancelled
	next    TEXT    NOT NULL, -- what a running one becomes whatever its run says: due, cancelled; '' = what its run says
	due     INTEGER NOT NULL, -- when it runs, or ran
	args    BLOB,             -- JSON, the cursor of one that goes on in steps; NULL = nil
	spec    TEXT    NOT NULL, -- of an every: time zone and cron
	step    INTEGER NOT NULL, -- how often it has gone on
	attempt INTEGER NOT NULL, -- how often this step has failed
	retries INTEGER NOT NULL, -- how often a step may be tried again
	backoff INTEGER NOT NULL, -- milliseconds until the first of them
	node    INTEGER NOT NULL, -- whose process runs it, or ran it
	epoch   INTEGER NOT NULL,
	run     INTEGER NOT NULL, -- which turn of that process
	acted   INTEGER NOT NULL, -- whether that has changed something
	asked   INTEGER NOT NULL, -- whether it runs when it is due, whatever the times of its every
	seen_to INTEGER NOT NULL, -- of an every: its times up to then have run, or run now
	began   INTEGER,          -- the last run
	ended   INTEGER,
	result  TEXT    NOT NULL, -- of the last run: done, failed, interrupted, missed; '' = there was none
	error   TEXT    NOT NULL, -- of the last run that failed
	trace   TEXT    NOT NULL,
	build   TEXT    NOT NULL, -- that declared it
	made_at INTEGER NOT NULL,
	expires INTEGER,          -- when the row of one that is over goes; NULL while it is open
	PRIMARY KEY (account, id)
);
CREATE INDEX jobs_due ON jobs (account, due) WHERE state = 'due';
CREATE INDEX jobs_running ON jobs (node, run) WHERE state = 'running';
CREATE INDEX jobs_over ON jobs (account, expires) WHERE expires IS NOT NULL;
CREATE INDEX jobs_end ON jobs (expires) WHERE expires IS NOT NULL;

-- How many jobs of each account are due or running, and how many are over.
CREATE TABLE job_counts (
	account TEXT    NOT NULL PRIMARY KEY,
	open    INTEGER NOT NULL,
	over    INTEGER NOT NULL
) WITHOUT ROWID;

-- Whose jobs do not begin until an operator says so; '' = everybody's.
CREATE TABLE held_jobs (
	account TEXT    NOT NULL PRIMARY KEY,
	at      INTEGER NOT NULL,
	by      TEXT    NOT NULL -- kind:name
) WITHOUT ROWID;
