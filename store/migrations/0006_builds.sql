-- min_program: 5
-- The versions of accounts' folders, and which of them is live. Times are Unix milliseconds by the engine's clock.
CREATE TABLE files (
	hash  BLOB NOT NULL PRIMARY KEY, -- SHA-256 of bytes
	bytes BLOB NOT NULL              -- a file, or a piece of a large one; once, whoever has it
);

-- Whose builds have a file. Rows of files without one here go.
CREATE TABLE file_uses (
	account TEXT    NOT NULL,
	hash    BLOB    NOT NULL,
	size    INTEGER NOT NULL, -- bytes
	PRIMARY KEY (account, hash)
) WITHOUT ROWID;
CREATE INDEX file_uses_hash ON file_uses (hash);

CREATE TABLE builds (
	account TEXT    NOT NULL,
	id      TEXT    NOT NULL, -- the first digits of hash
	hash    BLOB    NOT NULL, -- SHA-256 of all names and contents
	made_at INTEGER NOT NULL,
	state   TEXT    NOT NULL, -- new, good, bad; saving and dropping are seen by nobody
	by      TEXT    NOT NULL, -- kind:name, '' = the folder
	note    TEXT    NOT NULL,
	files   INTEGER NOT NULL,
	bytes   INTEGER NOT NULL,
	tree    BLOB    NOT NULL, -- names, and which files they are
	PRIMARY KEY (account, id)
);

CREATE TABLE current (
	account     TEXT    NOT NULL PRIMARY KEY,
	build       TEXT    NOT NULL,
	seq         INTEGER NOT NULL, -- grows with every change
	pinned_over TEXT    NOT NULL  -- the hash of the folder that shall not be followed, '' = the folder is followed
) WITHOUT ROWID;
