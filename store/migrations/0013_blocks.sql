-- Records in blocks, of many messages each; what finds them, and what is known of fans, in runs of pages. A record costs the
-- same however many fans there are (docs/decisions/0014). Bodies are in the formats of recordblock.go, recordrun.go and head.go.
ALTER TABLE messages RENAME TO old_messages;
ALTER TABLE fans RENAME TO old_fans;
ALTER TABLE accounts ADD COLUMN number INTEGER NOT NULL DEFAULT 0; -- of the account in blocks and keys; 0 = it has no records

CREATE TABLE record_blocks (
	no       INTEGER NOT NULL PRIMARY KEY, -- in the order of writing
	version  INTEGER NOT NULL,             -- grows when something goes from it
	first_id INTEGER NOT NULL,             -- the smallest and the greatest trace as a number
	last_id  INTEGER NOT NULL,
	records  INTEGER NOT NULL,
	accounts BLOB    NOT NULL,             -- whose records they are
	body     BLOB    NOT NULL
);

-- What became of a record after it was written, in place of its body in the block.
CREATE TABLE record_changes (
	id    INTEGER NOT NULL PRIMARY KEY, -- the trace as a number
	block INTEGER NOT NULL,
	body  BLOB    NOT NULL
);
CREATE INDEX record_changes_block ON record_changes (block);

CREATE TABLE record_runs (
	no          INTEGER NOT NULL PRIMARY KEY,
	kind        INTEGER NOT NULL, -- 1 finds records, 2 heads of fans
	level       INTEGER NOT NULL, -- grows when runs are merged
	state       INTEGER NOT NULL, -- 1 live, 2 being built, 3 being removed
	first_block INTEGER NOT NULL,
	last_block  INTEGER NOT NULL,
	low_id      INTEGER NOT NULL, -- the smallest and the greatest trace in these blocks
	high_id     INTEGER NOT NULL,
	bits        INTEGER NOT NULL, -- it has 2^bits pages
	bytes       INTEGER NOT NULL, -- of the pages
	done        INTEGER NOT NULL  -- pages that are built, or removed
);

CREATE TABLE record_pages (
	no   INTEGER NOT NULL PRIMARY KEY, -- the run's, times 2^24, and the page's
	body BLOB    NOT NULL
);

-- Fans who are being forgotten: nobody is shown their records in blocks up to a number, until these are gone.
CREATE TABLE record_masks (
	number INTEGER NOT NULL, -- of the account
	mask   BLOB    NOT NULL, -- a hash of the openid
	find   INTEGER NOT NULL, -- the key of the fan in runs
	until  INTEGER NOT NULL,
	PRIMARY KEY (number, mask)
) WITHOUT ROWID;

-- How far the records of before are moved into blocks, in steps while the program runs.
CREATE TABLE record_move (
	id         INTEGER NOT NULL PRIMARY KEY,
	stage      INTEGER NOT NULL, -- 0 messages, 1 fans, 2 what is moved is removed, 3 done
	at_message INTEGER NOT NULL, -- the last that is moved
	at_account TEXT    NOT NULL,
	at_fan     TEXT    NOT NULL
);
INSERT INTO record_move (id, stage, at_message, at_account, at_fan)
	SELECT 1, CASE WHEN EXISTS (SELECT 1 FROM old_messages) OR EXISTS (SELECT 1 FROM old_fans) THEN 0 ELSE 3 END, 0, '', '';
