-- min_program: 5
-- The keys of scripts by groups. A group is all keys that are alike up to their last colon, that included: board:amy and
-- board:bob are of board:, and a key without a colon is of the empty one. Numbers in order, for the top of a group; JSON
-- that begins with a sign or a digit is one.
CREATE INDEX kv_numbers ON kv (
	account,
	CAST(rtrim(key, replace(key, ':', '')) AS BLOB),
	CAST(CAST(value AS TEXT) AS REAL) DESC,
	key,
	expires
) WHERE substr(value, 1, 1) BETWEEN x'2d' AND x'39';

-- How many keys each group has, expired ones included until they are pruned. Whoever writes to kv is counted, older
-- programs too.
CREATE TABLE kv_groups (
	account TEXT    NOT NULL,
	name    BLOB    NOT NULL,
	keys    INTEGER NOT NULL,
	PRIMARY KEY (account, name)
) WITHOUT ROWID;
INSERT INTO kv_groups (account, name, keys)
	SELECT account, CAST(rtrim(key, replace(key, ':', '')) AS BLOB), count(*) FROM kv GROUP BY 1, 2;
CREATE TRIGGER kv_comes AFTER INSERT ON kv BEGIN
	INSERT INTO kv_groups (account, name, keys) VALUES (NEW.account, CAST(rtrim(NEW.key, replace(NEW.key, ':', '')) AS BLOB), 1)
		ON CONFLICT (account, name) DO UPDATE SET keys = keys + 1;
END;
CREATE TRIGGER kv_goes AFTER DELETE ON kv BEGIN
	UPDATE kv_groups SET keys = keys - 1 WHERE account = OLD.account AND name = CAST(rtrim(OLD.key, replace(OLD.key, ':', '')) AS BLOB);
	DELETE FROM kv_groups WHERE account = OLD.account AND name = CAST(rtrim(OLD.key, replace(OLD.key, ':', '')) AS BLOB) AND keys <= 0;
END;
