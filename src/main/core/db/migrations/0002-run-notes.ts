/** What a person writes about a run. tags: a JSON array of texts, in the person's order. */
export const runNotes = `
ALTER TABLE run ADD COLUMN name   TEXT    CHECK (name IS NULL OR name <> '');
ALTER TABLE run ADD COLUMN notes  TEXT    NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN tags   TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(tags) AND json_type(tags) = 'array');
ALTER TABLE run ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1));
`
