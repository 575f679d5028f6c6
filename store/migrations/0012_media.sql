-- min_program: 5
-- Files that were uploaded to WeChat. Times are Unix milliseconds by the engine's clock.
CREATE TABLE media (
	app_id   TEXT    NOT NULL,
	kind     TEXT    NOT NULL, -- image, voice, video, thumb
	hash     BLOB    NOT NULL, -- SHA-256 of the file
	media_id TEXT    NOT NULL,
	expires  INTEGER NOT NULL, -- when it shall be uploaded anew
	PRIMARY KEY (app_id, kind, hash)
) WITHOUT ROWID;
CREATE INDEX media_expires ON media (expires);
