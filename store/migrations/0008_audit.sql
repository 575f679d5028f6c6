-- min_program: 5
-- Who changed what. Times are Unix milliseconds by the engine's clock.
CREATE TABLE audit (
	id       INTEGER NOT NULL PRIMARY KEY, -- ordered by time
	at       INTEGER NOT NULL,
	account  TEXT    NOT NULL, -- '' = none, or all
	who_kind TEXT    NOT NULL, -- user, key, cli
	who      TEXT    NOT NULL,
	act      TEXT    NOT NULL,
	object   TEXT    NOT NULL,
	hashes   TEXT    NOT NULL
);
CREATE INDEX audit_account ON audit (account, id);
