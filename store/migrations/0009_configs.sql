-- min_program: 5
-- The account.yaml of accounts that are published: the newest is in force, and none is gone back to. Times are Unix
-- milliseconds by the engine's clock.
CREATE TABLE configs (
	account TEXT    NOT NULL,
	seq     INTEGER NOT NULL, -- grows with every change
	bytes   BLOB    NOT NULL, -- with its references, which each process resolves
	by      TEXT    NOT NULL, -- kind:name
	at      INTEGER NOT NULL,
	PRIMARY KEY (account, seq)
);
