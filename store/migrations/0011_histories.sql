-- min_program: 5
-- What fans and a language model said to each other lately.
CREATE TABLE histories (
	account TEXT    NOT NULL,
	openid  TEXT    NOT NULL,
	value   BLOB    NOT NULL,
	expires INTEGER NOT NULL,
	PRIMARY KEY (account, openid)
) WITHOUT ROWID;
CREATE INDEX histories_expires ON histories (expires);
