-- The processes that share the database, and whose turn each message is. Times are Unix milliseconds by the database's clock.
CREATE TABLE nodes (
	id          INTEGER NOT NULL PRIMARY KEY,
	epoch       INTEGER NOT NULL, -- grows with every process that begins; an id is used again, an epoch never
	alive_until INTEGER NOT NULL, -- 0 = the epoch is over. Kept up only while others are there
	version     TEXT    NOT NULL, -- of the program
	schema      INTEGER NOT NULL, -- that the program knows
	seen        INTEGER NOT NULL  -- the newest epoch that this process knows of
);

CREATE TABLE owned_claims (
	account TEXT    NOT NULL,
	key     BLOB    NOT NULL, -- de-duplication key of the message, 16 bytes
	fan     TEXT    NOT NULL,
	seq     INTEGER,          -- place among the fan's turns under way; NULL = over, or nobody else needs to know
	node    INTEGER NOT NULL, -- whose it is: process, its epoch, and which turn of that process
	epoch   INTEGER NOT NULL,
	turn    INTEGER NOT NULL,
	state   INTEGER NOT NULL, -- 0 runs, 1 acted, 2 done, 3 another process has given the reply, 4 settled
	waiters INTEGER NOT NULL, -- deliveries of the message that wait in other processes
	reply   BLOB,
	began   INTEGER NOT NULL,
	PRIMARY KEY (account, key)
) WITHOUT ROWID;
-- What was not finished belongs to nobody, and has acted.
INSERT INTO owned_claims (account, key, fan, seq, node, epoch, turn, state, waiters, reply, began)
	SELECT account, key, openid, NULL, 0, 0, owner, CASE finished WHEN 1 THEN 2 ELSE 1 END, 0, reply, expires - 600000 FROM claims;
DROP TABLE claims;
ALTER TABLE owned_claims RENAME TO claims;
CREATE INDEX claims_line ON claims (account, fan, seq) WHERE seq IS NOT NULL;
