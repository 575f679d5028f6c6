-- What turns write and must not lose. Times are Unix milliseconds by the engine's clock.
CREATE TABLE claims (
	account  TEXT    NOT NULL,
	key      BLOB    NOT NULL, -- de-duplication key of the message, 16 bytes
	openid   TEXT    NOT NULL,
	owner    INTEGER NOT NULL, -- which turn
	began    INTEGER NOT NULL,
	expires  INTEGER NOT NULL,
	finished INTEGER NOT NULL, -- 0 or 1
	reply    BLOB,
	PRIMARY KEY (account, key)
) WITHOUT ROWID;

CREATE TABLE kv (
	account TEXT NOT NULL,
	key     BLOB NOT NULL,
	value   BLOB NOT NULL,
	expires INTEGER, -- NULL = never
	PRIMARY KEY (account, key)
) WITHOUT ROWID;
CREATE INDEX kv_expires ON kv (expires) WHERE expires IS NOT NULL;

CREATE TABLE sessions (
	account TEXT    NOT NULL,
	openid  TEXT    NOT NULL,
	value   BLOB    NOT NULL,
	expires INTEGER NOT NULL,
	PRIMARY KEY (account, openid)
) WITHOUT ROWID;
CREATE INDEX sessions_expires ON sessions (expires);

CREATE TABLE answers (
	account TEXT    NOT NULL,
	openid  TEXT    NOT NULL,
	id      INTEGER NOT NULL, -- ordered by time
	answer  BLOB    NOT NULL,
	expires INTEGER NOT NULL,
	PRIMARY KEY (account, openid, id)
) WITHOUT ROWID;

CREATE TABLE tokens (
	key     TEXT    NOT NULL PRIMARY KEY,
	token   TEXT    NOT NULL,
	expires INTEGER NOT NULL
) WITHOUT ROWID;
