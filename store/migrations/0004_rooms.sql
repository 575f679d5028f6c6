-- How many bytes the keys and values of each account have together, expired ones included until they are pruned.
CREATE TABLE rooms (
	account TEXT    NOT NULL PRIMARY KEY,
	bytes   INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO rooms (account, bytes) SELECT account, sum(length(key) + length(value)) FROM kv GROUP BY account;
