-- min_program: 5
-- What language models were asked. A day is yyyymmdd in the account's time zone.
CREATE TABLE spendings (
	account TEXT    NOT NULL,
	day     INTEGER NOT NULL,
	openid  TEXT    NOT NULL, -- '' = all fans together
	tokens  INTEGER NOT NULL, -- those of questions under way are counted as many as they may take
	asked   INTEGER NOT NULL,
	PRIMARY KEY (account, day, openid)
) WITHOUT ROWID;
CREATE INDEX spendings_day ON spendings (day);
CREATE INDEX spendings_fan ON spendings (account, openid);

-- What fans and a language model said to each other lately.
CREATE TABLE histories (
	account TEXT    NOT NULL,
	openid  TEXT    NOT NULL,
	value   BLOB    NOT NULL,
	expires INTEGER NOT NULL,
	PRIMARY KEY (account, openid)
) WITHOUT ROWID;
CREATE INDEX histories_expires ON histories (expires);
