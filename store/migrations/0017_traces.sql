-- min_program: 5
-- What the newest turns of each account did, and those that went wrong: the rules asked, calls, lines of the log, the push as it came.
CREATE TABLE traces (
	account  TEXT    NOT NULL,
	id       INTEGER NOT NULL, -- the trace of the message
	openid   TEXT    NOT NULL,
	troubled INTEGER NOT NULL, -- 1: failed, late or warned
	body     BLOB    NOT NULL, -- as its writer keeps it
	PRIMARY KEY (account, id)
) WITHOUT ROWID;
CREATE INDEX traces_openid ON traces (account, openid);
