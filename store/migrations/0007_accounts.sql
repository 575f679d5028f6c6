-- min_program: 5
-- What is known of an account besides its newest message. Times are Unix milliseconds by the engine's clock.
ALTER TABLE accounts ADD COLUMN app_id TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN state TEXT NOT NULL DEFAULT '';           -- disabled, forgetting
ALTER TABLE accounts ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;    -- when state was
ALTER TABLE accounts ADD COLUMN by TEXT NOT NULL DEFAULT '';              -- kind:name
ALTER TABLE accounts ADD COLUMN gone_at INTEGER;                          -- when its folder went, NULL = it is there
