-- min_program: 5
-- What the systems that called hooks were answered, for when they call again. Times are Unix milliseconds by the engine's clock.
CREATE TABLE hook_calls (
	account TEXT    NOT NULL,
	hook    TEXT    NOT NULL,
	id      BLOB    NOT NULL, -- 16 bytes of a hash of what the caller calls it
	type    TEXT    NOT NULL, -- of the answer; '' = there was none
	body    BLOB    NOT NULL,
	expires INTEGER NOT NULL,
	PRIMARY KEY (account, hook, id)
);
CREATE INDEX hook_calls_by_end ON hook_calls (expires);
