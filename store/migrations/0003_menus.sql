-- The menus that scripts declare: what was pushed last, and who pushes now. Times are Unix milliseconds.
CREATE TABLE menus (
	app_id TEXT    NOT NULL PRIMARY KEY,
	hash   TEXT    NOT NULL, -- of the menu pushed last, '' = none yet
	owner  INTEGER NOT NULL, -- which claim pushes now, 0 = nobody
	until  INTEGER NOT NULL  -- when that claim ends by itself
) WITHOUT ROWID;
